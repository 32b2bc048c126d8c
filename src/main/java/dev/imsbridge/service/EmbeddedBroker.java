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

  private EmbeddedBroker() {}

  /**
   * @param directorySetting the option or setting of the data directory, named in a failure
   * @param portSetting the option or setting of the port, named in a failure
   * @throws CommandFailure if the port or the directory cannot be used
   */
  public static EmbeddedKafka start(
      Lifecycle parts, Path directory, String directorySetting, int port, String portSetting)
      throws Exception {
    boolean there = EmbeddedKafka.holdsData(directory);
    try {
      EmbeddedKafka started =
          parts.start(
              "Kafka",
              () ->
                  EmbeddedKafka.start(
                      directory,
                      port,
                      fault -> parts.failInHaste("Kafka broke down: " + fault.reason())));
      LOG.info(
          "data of Kafka: {} ({})",
          directory.toAbsolutePath().normalize(),
          there ? "of an earlier start" : "new, without topics");
      return started;
    } catch (EmbeddedKafkaException.PortTaken e) {
      throw failure(e, portSetting);
    } catch (EmbeddedKafkaException.DirectoryInUse | EmbeddedKafkaException.DirectoryUnusable e) {
      throw failure(e, directorySetting);
    }
  }

  private static CommandFailure failure(EmbeddedKafkaException e, String setting) {
    return CommandFailure.fault(
        "%s It is set by %s.".formatted(SafeText.safe(e.getMessage()), setting), e);
  }
}
