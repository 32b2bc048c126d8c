package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.topics.ValueSchemas;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Anybody with rights in Kafka can write to the control topic, and every instance reads it. */
class ControlActionTest {
  private static final ProjectRef PROJECT = new ProjectRef("cn-north-4", "p1");

  static Stream<ControlAction> actions() {
    return Stream.of(
        new ControlAction(
            new ControlAction.Polling(PROJECT, true), "http", "10.0.0.1", "IMS rests"),
        new ControlAction(new ControlAction.Polling(PROJECT, false), "cli", null, null),
        new ControlAction(
            new ControlAction.LogLevel("dev.imsbridge.poller", "debug", null), "cli", "root", null),
        new ControlAction(
            new ControlAction.LogLevel("org.apache.kafka", "off", "[::1]:8080"),
            "http",
            "::1",
            "x".repeat(ControlAction.LONGEST_REASON)));
  }

  @ParameterizedTest
  @MethodSource("actions")
  void shouldReadWhatItWrites(ControlAction action) throws Exception {
    assertThat(ControlAction.read(action.key(), action.value())).contains(action);
    assertThat(new ValueSchemas().violations("control", new String(action.value(), UTF_8)))
        .isEmpty();
  }

  @Test
  void shouldKeyActionsThatReplaceEachOtherAlike() {
    assertThat(actions().map(action -> new String(action.key(), UTF_8)))
        .containsExactly("cn-north-4/p1", "cn-north-4/p1", "log", "log");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "not JSON | log | pause",
        "another action | log | {'action':'stop','via':'cli'}",
        "a project under another key | a/b"
            + " | {'action':'pause','region':'cn-north-4','project_id':'p1','via':'cli'}",
        "no project | cn-north-4/p1 | {'action':'pause','region':'cn-north-4','via':'cli'}",
        "a project that is no part of a URL | r/a b"
            + " | {'action':'pause','region':'r','project_id':'a b','via':'cli'}",
        "an unknown way | cn-north-4/p1"
            + " | {'action':'pause','region':'cn-north-4','project_id':'p1','via':'?'}",
        "a level that logback does not know | log"
            + " | {'action':'log-level','logger':'dev.imsbridge','level':'loud','via':'cli'}",
        "no level | log | {'action':'log-level','logger':'dev.imsbridge','via':'cli'}",
        "a logger of others | log"
            + " | {'action':'log-level','logger':'io.netty','level':'debug','via':'cli'}",
        "a logger that only begins alike | log"
            + " | {'action':'log-level','logger':'dev.imsbridgex','level':'debug','via':'cli'}",
        "a list | log | []",
      })
  void shouldSkipOtherRecords(String which, String key, String value) {
    assertThat(ControlAction.read(key.getBytes(UTF_8), value.replace('\'', '"').getBytes(UTF_8)))
        .as(which)
        .isEmpty();
  }

  @Test
  void shouldSkipRecordsWithoutAKeyOrAValueAndLongOnes() {
    ControlAction action = actions().findFirst().orElseThrow();
    assertThat(ControlAction.read(null, action.value())).isEmpty();
    assertThat(ControlAction.read(action.key(), null)).isEmpty();
    String padded =
        new String(action.value(), UTF_8).replace("{", "{" + " ".repeat(ControlAction.MAX_BYTES));
    assertThat(ControlAction.read(action.key(), padded.getBytes(UTF_8))).isEmpty();
  }

  @Test
  void shouldRefuseALongReasonBeforeItIsWritten() {
    String reason = "x".repeat(ControlAction.LONGEST_REASON + 1);
    assertThatThrownBy(
            () ->
                new ControlAction(new ControlAction.Polling(PROJECT, true), "cli", "root", reason))
        .hasMessage("reason: at most 200 characters");
  }

  @Test
  void shouldNameTheAuthorInOneLine() {
    assertThat(actions().limit(2).map(ControlAction::author))
        .containsExactly("10.0.0.1 (http): IMS rests", "cli");
  }
}
