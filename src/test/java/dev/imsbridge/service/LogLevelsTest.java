package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import java.nio.file.Path;
import org.apache.kafka.server.DefaultAutoTopicCreationManager;
import org.junit.jupiter.api.Test;

class LogLevelsTest {
  /** A warning at each first start would look like a fault of the bridge. */
  @Test
  void shouldNotWarnWhenTwoClientsAskForTheSameInternalTopic() throws Exception {
    LoggerContext context = new LoggerContext();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(Path.of("src/main/resources/logback.xml").toFile());

    Logger log = context.getLogger(DefaultAutoTopicCreationManager.class);

    assertThat(log.isWarnEnabled()).isFalse();
    assertThat(log.isErrorEnabled()).isTrue();
  }
}
