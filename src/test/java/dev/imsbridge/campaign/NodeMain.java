package dev.imsbridge.campaign;

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
