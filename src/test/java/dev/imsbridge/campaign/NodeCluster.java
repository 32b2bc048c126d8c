package dev.imsbridge.campaign;

import dev.imsbridge.campaign.FlakyProxy.Mode;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/**
 * Three Kafka nodes in separate processes, each a broker and a controller. Every topic has three
 * replicas, of which two must store a record.
 *
 * <p>Each bridge has listeners of its own on all nodes, which are reached through proxies, so that
 * each bridge can be cut off alone. The faults of a node must not overlap; otherwise thread-safe.
 */
final class NodeCluster implements AutoCloseable {
  static final int NODES = 3;
  private static final String LOOPBACK = "127.0.0.1:";

  private final List<Node> nodes = new ArrayList<>();
  private final String clusterId = Uuid.randomUuid().toString();
  private final Path directory;
  private final int bridges;
  private boolean closed;

  private static final class Node {
    int id;
    int internal;
    int controller;
    Path data;
    Path settings;
    final List<Integer> listeners = new ArrayList<>();
    final List<FlakyProxy> proxies = new ArrayList<>();
    volatile Process process;
  }

  /**
   * @param directory for settings, logs and data
   * @param bridges the number of bridges with listeners of their own
   */
  NodeCluster(Path directory, int bridges, FreePorts ports) throws IOException {
    this.directory = directory;
    this.bridges = bridges;
    for (int i = 0; i < NODES; i++) {
      Node node = new Node();
      node.id = i + 1;
      node.internal = ports.next();
      node.controller = ports.next();
      node.data = data(directory, i);
      node.settings = directory.resolve("node" + node.id + ".properties");
      for (int bridge = 0; bridge < bridges; bridge++) {
        int listener = ports.next();
        node.listeners.add(listener);
        node.proxies.add(new FlakyProxy(ports.next(), listener));
      }
      nodes.add(node);
    }
    for (Node node : nodes) {
      try (Writer file = Files.newBufferedWriter(node.settings)) {
        settings(node).store(file, null);
      }
    }
  }

  private Properties settings(Node node) {
    StringJoiner listeners = new StringJoiner(",");
    StringJoiner advertised = new StringJoiner(",");
    StringJoiner protocols = new StringJoiner(",");
    listeners.add("CONTROLLER://" + LOOPBACK + node.controller);
    protocols.add("CONTROLLER:PLAINTEXT").add("INTERNAL:PLAINTEXT");
    listeners.add("INTERNAL://" + LOOPBACK + node.internal);
    advertised.add("INTERNAL://" + LOOPBACK + node.internal);
    for (int bridge = 0; bridge < bridges; bridge++) {
      listeners.add("BRIDGE" + bridge + "://" + LOOPBACK + node.listeners.get(bridge));
      advertised.add("BRIDGE" + bridge + "://" + LOOPBACK + node.proxies.get(bridge).port());
      protocols.add("BRIDGE" + bridge + ":PLAINTEXT");
    }
    Properties settings = new Properties();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", String.valueOf(node.id));
    settings.put("listeners", listeners.toString());
    settings.put("advertised.listeners", advertised.toString());
    settings.put("listener.security.protocol.map", protocols.toString());
    settings.put("inter.broker.listener.name", "INTERNAL");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put(
        "controller.quorum.voters",
        nodes.stream()
            .map(voter -> voter.id + "@" + LOOPBACK + voter.controller)
            .collect(Collectors.joining(",")));
    settings.put("log.dirs", node.data.toString());
    replicas(settings);
    small(settings);
    return settings;
  }

  private static void replicas(Properties settings) {
    for (String prefix : List.of("offsets.topic", "transaction.state.log")) {
      settings.put(prefix + ".replication.factor", "3");
      settings.put(prefix + ".num.partitions", "3");
    }
    settings.put("transaction.state.log.min.isr", "2");
    settings.put("default.replication.factor", "3");
    settings.put("min.insync.replicas", "2");
    settings.put("auto.create.topics.enable", "false");
    settings.put("unclean.leader.election.enable", "false");
    // A killed node can register again when its session has expired.
    settings.put("broker.session.timeout.ms", "5000");
    settings.put("broker.heartbeat.interval.ms", "500");
    settings.put("replica.lag.time.max.ms", "8000");
    settings.put("group.initial.rebalance.delay.ms", "300");
  }

  private static void small(Properties settings) {
    settings.put("transaction.state.log.segment.bytes", String.valueOf(8 << 20));
    settings.put("offsets.topic.segment.bytes", String.valueOf(8 << 20));
    settings.put("num.network.threads", "1");
    settings.put("num.io.threads", "4");
    settings.put("background.threads", "2");
    settings.put("num.recovery.threads.per.data.dir", "1");
    settings.put("log.cleaner.dedupe.buffer.size", String.valueOf(8 << 20));
  }

  // ---- processes

  synchronized void start(int index) throws IOException {
    Node node = nodes.get(index);
    if (closed) {
      throw new IllegalStateException("the campaign has ended");
    }
    if (node.process != null && node.process.isAlive()) {
      return;
    }
    node.process =
        NodeMain.start(node.settings, clusterId, directory.resolve("node" + node.id + ".log"));
  }

  void startAll() throws IOException {
    for (int i = 0; i < NODES; i++) {
      start(i);
    }
  }

  void kill(int index) throws InterruptedException {
    nodes.get(index).process.destroyForcibly().waitFor();
  }

  /** Stops a node in order: it gives its partitions to the others first. */
  void stop(int index) throws InterruptedException {
    Process process = nodes.get(index).process;
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  void pause(int index) throws IOException, InterruptedException {
    Signals.pause(nodes.get(index).process.pid());
  }

  void resume(int index) throws IOException, InterruptedException {
    Signals.resume(nodes.get(index).process.pid());
  }

  /** Starts the nodes that are down, and returns whether all accept connections of clients. */
  boolean startedAndListening() throws IOException {
    startAll();
    boolean all = true;
    for (Node node : nodes) {
      all &= listens(node.internal);
    }
    return all;
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  /** The directory in which a node keeps its data. */
  static Path data(Path directory, int index) {
    return directory.resolve("node" + (index + 1));
  }

  // ---- clients

  /** The addresses without proxies. */
  String bootstrapServers() {
    return nodes.stream().map(node -> LOOPBACK + node.internal).collect(Collectors.joining(","));
  }

  /** The addresses for one bridge, through its proxies. */
  String bootstrapServers(int bridge) {
    return nodes.stream()
        .map(node -> LOOPBACK + node.proxies.get(bridge).port())
        .collect(Collectors.joining(","));
  }

  /**
   * Changes the network between a bridge and the cluster.
   *
   * @param node the node to change the way to; -1 for all nodes
   */
  void network(int bridge, int node, Mode mode) {
    IntStream.range(0, NODES)
        .filter(index -> node < 0 || node == index)
        .forEach(index -> nodes.get(index).proxies.get(bridge).set(mode));
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    for (Node node : nodes) {
      if (node.process != null) {
        node.process.destroyForcibly();
      }
      for (FlakyProxy proxy : node.proxies) {
        proxy.close();
      }
    }
  }
}
