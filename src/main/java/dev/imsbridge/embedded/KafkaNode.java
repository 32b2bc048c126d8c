package dev.imsbridge.embedded;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer$;
import kafka.server.SharedServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A Kafka controller and broker, assembled as {@code KafkaRaftServer} does in combined mode.
 *
 * <p>{@code KafkaRaftServer} itself accepts neither bound sockets nor a fault handler.
 */
record KafkaNode(ControllerServer controller, BrokerServer broker) {

  private static final Logger LOG = LoggerFactory.getLogger(KafkaNode.class);

  /** Short, because a single broker has no other broker to move its partition leaders to. */
  private static final Duration CONTROLLED_SHUTDOWN = Duration.ofSeconds(4);

  static KafkaNode start(
      Path directory,
      LoopbackSockets sockets,
      Map<String, String> overrides,
      FaultReporter faults) {
    var logDirectory = logDirectory(directory);
    var settings = NodeSettings.of(logDirectory, sockets);
    settings.putAll(overrides);
    var config = new KafkaConfig(settings, false);
    formatOnce(directory, logDirectory);
    var node = assemble(directory, config, sockets, faults);
    try {
      node.controller.startup();
      node.broker.startup();
      return node;
    } catch (Exception | Error e) {
      // Exception, because Scala code throws checked exceptions without declaring them.
      node.stop();
      throw new EmbeddedKafkaException.StartFailed(directory, e);
    }
  }

  void stop() {
    // Logs exceptions, so that the controller stops even if stopping the broker fails.
    swallow("broker", () -> broker.shutdown(CONTROLLED_SHUTDOWN));
    swallow("controller", controller::shutdown);
  }

  static Path logDirectory(Path directory) {
    return directory.resolve("log");
  }

  static boolean formatted(Path logDirectory) {
    // Kafka writes this file last and atomically, so its presence means that formatting completed.
    return Files.exists(logDirectory.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME));
  }

  private static void formatOnce(Path directory, Path logDirectory) {
    if (formatted(logDirectory)) {
      return;
    }
    try {
      Files.createDirectories(logDirectory);
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(NodeSettings.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .setControllerListenerName(LoopbackSockets.CONTROLLER)
          .setMetadataLogDirectory(logDirectory.toString())
          .setDirectories(List.of(logDirectory.toString()))
          .run();
    } catch (Exception e) {
      throw new EmbeddedKafkaException.DirectoryUnusable(directory, e);
    }
  }

  private static KafkaNode assemble(
      Path directory, KafkaConfig config, LoopbackSockets sockets, FaultReporter faults) {
    try {
      var stored = KafkaRaftServer$.MODULE$.initializeLogDirs(config, LOG, "");
      var controllerAddress = sockets.controllerAddress();
      var shared =
          new SharedServer(
              config,
              stored._1(),
              Time.SYSTEM,
              new Metrics(),
              CompletableFuture.completedFuture(Map.of(NodeSettings.NODE_ID, controllerAddress)),
              List.of(controllerAddress),
              (name, fatal, action) -> faultHandler(name, fatal, action, faults),
              sockets);
      return new KafkaNode(
          new ControllerServer(shared, KafkaRaftServer$.MODULE$.configSchema(), stored._2()),
          new BrokerServer(shared));
    } catch (Exception e) {
      throw new EmbeddedKafkaException.DirectoryUnusable(directory, e);
    }
  }

  private static FaultHandler faultHandler(
      String name, boolean fatal, Runnable action, FaultReporter faults) {
    return (message, cause) -> {
      var why = cause == null ? "" : ": " + EmbeddedKafkaException.reason(cause);
      var thrown = new FaultHandlerException(name + ": " + message + why, cause);
      if (fatal) {
        faults.failed(thrown.getMessage(), thrown);
      } else {
        LOG.warn("The embedded Kafka continues after a fault: {}", thrown.getMessage(), cause);
      }
      action.run();
      return thrown;
    };
  }

  private static void swallow(String part, Utils.SwallowAction stop) {
    Utils.swallow(
        LOG, Level.WARN, "The %s of the embedded Kafka did not stop cleanly".formatted(part), stop);
  }
}
