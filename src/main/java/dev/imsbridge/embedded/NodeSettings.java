package dev.imsbridge.embedded;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings of a single node on the loopback interface, where they differ from Kafka's defaults.
 */
final class NodeSettings {

  static final int NODE_ID = 1;

  private NodeSettings() {}

  static Map<String, String> of(Path logDirectory, LoopbackSockets sockets) {
    var settings = new LinkedHashMap<String, String>();
    listeners(settings, sockets);
    settings.put("log.dirs", logDirectory.toString());
    // Without a limit, the start never returns after a fault.
    settings.put("server.max.startup.time.ms", "120000");
    settings.put("auto.create.topics.enable", "false");
    settings.put("group.initial.rebalance.delay.ms", "0");
    oneReplica(settings);
    fastRestart(settings);
    small(settings);
    return settings;
  }

  private static void listeners(Map<String, String> settings, LoopbackSockets sockets) {
    var clients = "PLAINTEXT://127.0.0.1:" + sockets.clientPort();
    var controller = "127.0.0.1:" + sockets.controllerPort();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", String.valueOf(NODE_ID));
    settings.put("listeners", clients + ",CONTROLLER://" + controller);
    settings.put("advertised.listeners", clients);
    settings.put("inter.broker.listener.name", LoopbackSockets.CLIENTS);
    settings.put("controller.listener.names", LoopbackSockets.CONTROLLER);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    // Static voters, because the controller's port can differ at the next start.
    settings.put("controller.quorum.voters", NODE_ID + "@" + controller);
  }

  private static void oneReplica(Map<String, String> settings) {
    settings.put("default.replication.factor", "1");
    settings.put("min.insync.replicas", "1");
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
  }

  /**
   * After a kill, a node can register only after its previous session has expired. It retries at
   * every heartbeat interval. The start then takes 14 s with the defaults of 9 s and 2 s, and 5 s
   * with these values.
   */
  private static void fastRestart(Map<String, String> settings) {
    settings.put("broker.session.timeout.ms", "3000");
    settings.put("broker.heartbeat.interval.ms", "500");
    // Clients may request a session timeout below 6 s, which is the default minimum.
    settings.put("group.min.session.timeout.ms", "3000");
  }

  private static void small(Map<String, String> settings) {
    settings.put("offsets.topic.num.partitions", "4");
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("transaction.state.log.segment.bytes", String.valueOf(16 << 20));
    settings.put("share.coordinator.state.topic.num.partitions", "1");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "2");
    // Enough for about 600,000 keys in one pass; the default takes 128 MiB of heap.
    settings.put("log.cleaner.dedupe.buffer.size", String.valueOf(16 << 20));
  }
}
