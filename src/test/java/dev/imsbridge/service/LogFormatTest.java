package dev.imsbridge.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class LogFormatTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final LoggerContext context = new LoggerContext();

  @Test
  void shouldWriteEachEventAsAnObjectInALine() throws Exception {
    context.setMDCAdapter(new LogbackMDCAdapter());
    Logger log = logger();
    LogFormat.json(context);
    log.atWarn()
        .addKeyValue("project", "default")
        .addKeyValue("job_id", "j1")
        .setCause(new IllegalStateException("why\nnot"))
        .log("a \"line\"\u001b of {}\nand a forged one", "j1");

    assertThat(out.toString(UTF_8).lines()).hasSize(1);
    JsonNode line = new ObjectMapper().readTree(out.toString(UTF_8));
    assertThat(line.path("level").asText()).isEqualTo("WARN");
    assertThat(line.path("loggerName").asText()).isEqualTo("test");
    assertThat(line.path("timestamp").asLong()).isPositive();
    assertThat(line.path("formattedMessage").asText())
        .isEqualTo("a \"line\"\u001b of j1\nand a forged one");
    assertThat(line.path("kvpList").toString())
        .isEqualTo("[{\"project\":\"default\"},{\"job_id\":\"j1\"}]");
    assertThat(line.path("throwable").path("message").asText()).isEqualTo("why\nnot");
    assertThat(line.has("arguments")).isFalse();
  }

  private Logger logger() {
    PatternLayoutEncoder people = new PatternLayoutEncoder();
    people.setContext(context);
    people.setPattern("%msg%n");
    people.start();
    OutputStreamAppender<ILoggingEvent> stream = new OutputStreamAppender<>();
    stream.setContext(context);
    stream.setName("stderr");
    stream.setEncoder(people);
    stream.setOutputStream(out);
    stream.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(stream);
    return context.getLogger("test");
  }
}
