package dev.imsbridge.cli;

import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.embedded.EmbeddedKafkaException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The start of a broker of our own, which when it fails says what to set to mend it. */
final class OwnBroker {
  private static final Logger LOG = LoggerFactory.getLogger(OwnBroker.class);

  private OwnBroker() {}

  /**
   * @param directorySetting what says where the data is, for whoever has to change it
   * @param portSetting the same of the port
   * @throws CommandFailure when it does not start
   */
  static EmbeddedKafka start(
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
        "%s It is set by %s.".formatted(Screen.safe(e.getMessage()), setting), e);
  }
}
