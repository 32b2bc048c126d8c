package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Uses the shipped configuration: external text stays within its line. */
class LogTextTest {
  private static String logged(String message, Throwable thrown) throws Exception {
    LoggerContext context = new LoggerContext();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(LogTextTest.class.getResource("/logback.xml"));
    ConsoleAppender<ILoggingEvent> appender =
        (ConsoleAppender<ILoggingEvent>) context.getLogger("ROOT").getAppender("stderr");
    LoggingEvent event =
        new LoggingEvent("", context.getLogger("a.b.C"), Level.WARN, message, thrown, null);
    PatternLayoutEncoder encoder = (PatternLayoutEncoder) appender.getEncoder();
    assertThat(encoder.getLayout()).isInstanceOf(PatternLayout.class);
    return new String(encoder.encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void shouldWriteOneLineWithoutUnseenCharacters() throws Exception {
    assertThat(logged("job \u202eevil\u001b[2J\n12:00 INFO forged \u955c\u50cf", null))
        .matches("[0-9:.]{12} WARN  C: job  ?evil \\[2J 12:00 INFO forged \u955c\u50cf\\R");
  }

  @Test
  void shouldWriteEachExceptionInALineAndItsPlaceInAnother() throws Exception {
    Exception cause = new IllegalStateException("inner\u2066\nforged");
    String text = logged("m", new RuntimeException("outer\u200f", cause));
    assertThat(text.lines())
        .satisfiesExactly(
            line -> assertThat(line).endsWith("C: m"),
            line -> assertThat(line).isEqualTo("java.lang.RuntimeException: outer "),
            line -> assertThat(line).startsWith("\tat dev.imsbridge.service.LogTextTest"),
            line ->
                assertThat(line)
                    .isEqualTo("Caused by: java.lang.IllegalStateException: inner forged"),
            line -> assertThat(line).startsWith("\tat dev.imsbridge.service.LogTextTest"));
  }
}
