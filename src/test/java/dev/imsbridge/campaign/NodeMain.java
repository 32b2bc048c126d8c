package dev.imsbridge.campaign;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * One Kafka node, as the scripts of Kafka start it. Formats its directory at the first start.
 * Arguments: the file of its settings and the id of the cluster.
 */
final class NodeMain {
  private NodeMain() {}

  /**
   * Starts a node in a process of its own.
   *
   * @param log receives its output; its directory is the working directory
   */
  static Process start(Path settings, String clusterId, Path log) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-Dlogback.configurationFile=logback-node.xml",
            "-cp",
            System.getProperty("java.class.path"),
            NodeMain.class.getName(),
            settings.toString(),
            clusterId)
        .directory(log.getParent().toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  public static void main(String[] arguments) throws Exception {
    Properties settings = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of(arguments[0]))) {
      settings.load(file);
    }
    Path directory = Path.of(settings.getProperty("log.dirs"));
    // Kafka writes this file last and atomically.
    if (!Files.exists(directory.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
      Files.createDirectories(directory);
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(Integer.parseInt(settings.getProperty("node.id")))
          .setClusterId(arguments[1])
          .setControllerListenerName("CONTROLLER")
          .setMetadataLogDirectory(directory.toString())
          .setDirectories(List.of(directory.toString()))
          .run();
    }
    kafka.Kafka.main(new String[] {arguments[0]});
  }
}
