package dev.imsbridge.service;

import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.embedded.EmbeddedKafkaException;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.SafeText;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the embedded broker. A failure names the setting to change. */
public final class EmbeddedBroker {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

  private static final String BROKER = "kafka.server.BrokerServer";

  private EmbeddedBroker() {}

  /**
   * @param directorySetting the option or setting of the data directory, named in a failure
   * @param portSetting the option or setting of the port, named in a failure
   * @throws CommandFailure if the port or the directory cannot be used, or if this archive contains
   *     no broker
   */
  public static EmbeddedKafka start(
      Lifecycle parts, Path directory, String directorySetting, int port, String portSetting)
      throws Exception {
    requireInstalled();
    boolean existing = EmbeddedKafka.holdsData(directory);
    try {
      EmbeddedKafka started =
          parts.start(
              "Kafka",
              () ->
                  EmbeddedKafka.start(
                      directory,
                      port,
                      reason -> parts.failAndCloseQuickly("the embedded Kafka failed: " + reason)));
      LOG.info(
          "data of Kafka: {} ({})",
          directory.toAbsolutePath().normalize(),
          existing ? "of an earlier start" : "new, without topics");
      return started;
    } catch (EmbeddedKafkaException.PortTaken e) {
      throw failure(e, portSetting);
    } catch (EmbeddedKafkaException.DirectoryInUse | EmbeddedKafkaException.DirectoryUnusable e) {
      throw failure(e, directorySetting);
    }
  }

  /** The archive for a single platform contains no broker. */
  private static void requireInstalled() {
    try {
      Class.forName(BROKER, false, EmbeddedBroker.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw CommandFailure.fault(
          "this archive contains no Kafka broker: use the archive for all platforms "
              + "(imsbridge-VERSION.tar.gz), or run Kafka yourself and set "
              + "kafka.bootstrap.servers for `run`",
          e);
    }
  }

  private static CommandFailure failure(EmbeddedKafkaException e, String setting) {
    return CommandFailure.fault(
        "%s It is set by %s.".formatted(SafeText.safe(e.getMessage()), setting), e);
  }
}
