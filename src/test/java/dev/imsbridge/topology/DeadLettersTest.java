package dev.imsbridge.topology;

import static dev.imsbridge.topology.BridgeDriver.table;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.topology.BridgeDriver.Read;
import dev.imsbridge.wire.Digest;
import dev.imsbridge.wire.ImsExamples;
import dev.imsbridge.wire.Observation.Kind;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Unreadable records are kept with reason and position, and processing continues. */
class DeadLettersTest {
  private final BridgeDriver bridge = new BridgeDriver();

  @AfterEach
  void close() {
    bridge.close();
  }

  // ---- requests

  static Stream<Arguments> garbage() {
    String labels =
        IntStream.range(0, 17)
            .mapToObj(i -> "\"k" + i + "\":\"v\"")
            .collect(Collectors.joining(","));
    return Stream.of(
        Arguments.of("binary", null, new byte[] {0, (byte) 0xff, (byte) 0xfe, 1, 2}),
        Arguments.of("nothing at all", null, new byte[0]),
        Arguments.of("1 MB of text", "key", "x".repeat(1_000_000).getBytes(UTF_8)),
        Arguments.of(
            "1 MB of JSON",
            null,
            ("{\"job_id\":\"j\",\"x\":\"" + "y".repeat(1_000_000) + "\"}").getBytes(UTF_8)),
        Arguments.of("a JSON array", null, "[{\"job_id\":\"j\"}]".getBytes(UTF_8)),
        Arguments.of("a way out", null, "../../v3/auth/tokens".getBytes(UTF_8)),
        Arguments.of("a way out in JSON", null, "{\"job_id\":\"../x\"}".getBytes(UTF_8)),
        Arguments.of("null without a key", null, null),
        Arguments.of("null with a bad key", "../x", null),
        Arguments.of(
            "17 labels", "j", ("{\"job_id\":\"j\",\"labels\":{" + labels + "}}").getBytes(UTF_8)),
        Arguments.of(
            "an absurd number", "j", "{\"job_id\":\"j\",\"n\":1e2147483648}".getBytes(UTF_8)),
        Arguments.of(
            "a strange project",
            "j",
            "{\"job_id\":\"j\",\"project_id\":\"stranger\"}".getBytes(UTF_8)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("garbage")
  void shouldKeepARequestThatCannotBeReadAndServeTheNext(String name, String key, byte[] value) {
    byte[] keyBytes = key == null ? null : key.getBytes(UTF_8);
    bridge.request("first");
    bridge.request(keyBytes, value, new RecordHeaders());
    bridge.request("{\"job_id\":\"next\"}");

    assertThat(bridge.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.key()).isEqualTo(key);
              assertThat(letter.value()).isEqualTo(value);
              assertThat(letter.headers())
                  .containsEntry("__streams.errors.topic", "ims.jobs.requests")
                  .containsEntry("__streams.errors.partition", "0")
                  .containsEntry("__streams.errors.offset", "1")
                  .containsEntry("__streams.errors.exception", "RequestRefused")
                  .containsEntry(
                      "__streams.errors.message", letter.headers().get("imsbridge-reason"));
              assertThat(letter.headers().get("imsbridge-reason")).hasSizeBetween(10, 200);
            });
    assertThat(table(bridge.watches())).containsOnlyKeys("first", "next");
    bridge.answer("next", "{\"job_id\":\"next\",\"status\":\"SUCCESS\"}");
    assertThat(bridge.completions()).hasSize(1);
  }

  /** They are needed if the letter is sent again. All others have no limit. */
  @Test
  void shouldKeepTheHeadersOfARequestThatTheBridgeUses() {
    RecordHeaders headers = new RecordHeaders();
    headers.add("correlation-id", "order-4711".getBytes(UTF_8));
    headers.add("tracestate", new byte[513]);
    headers.add("imsbridge-redriven-from", "dead-letters/2/17".getBytes(UTF_8));
    headers.add("other", "x".getBytes(UTF_8));
    bridge.request(null, "a/b".getBytes(UTF_8), headers);
    assertThat(bridge.deadLetters())
        .singleElement()
        .satisfies(
            letter ->
                assertThat(letter.headers())
                    .hasSize(8)
                    .containsEntry("correlation-id", "order-4711")
                    .containsEntry("imsbridge-redriven-from", "dead-letters/2/17"));
  }

  @ParameterizedTest
  @CsvSource({
    "dead-letters/2/17,{\"redriven_from\":\"dead-letters/2/17\"}",
    "dead-letters/2/17x,{}",
    "other/2/17,{}",
    ",{}"
  })
  void shouldAuditWhichLetterARequestWas(String from, String details) {
    RecordHeaders headers = new RecordHeaders();
    if (from != null) {
      headers.add("imsbridge-redriven-from", from.getBytes(UTF_8));
    }
    bridge.request(null, "job1".getBytes(UTF_8), headers);
    bridge.request(null, "job1".getBytes(UTF_8), headers);
    assertThat(bridge.audit())
        .filteredOn(entry -> entry.value() != null && entry.text().contains("\"request."))
        .hasSize(2)
        .allSatisfy(entry -> assertThat(entry.text()).contains("\"details\":" + details));
  }

  /**
   * After decompression a record can exceed the size limit of Kafka. This once stopped every
   * instance.
   */
  @Test
  void shouldKeepABeginningOfARequestThatIsTooLargeForARecord() {
    byte[] value = new byte[5_000_000];
    RecordHeaders headers = new RecordHeaders();
    headers.add("blob", new byte[5_000_000]).add("null", null);
    IntStream.range(0, 10_000).forEach(i -> headers.add("h" + i % 7, new byte[0]));
    bridge.request("k".repeat(5_000_000).getBytes(UTF_8), value, headers);
    bridge.request(null, "next".getBytes(UTF_8), headers);

    assertThat(bridge.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.value()).hasSize(1 << 20);
              assertThat(letter.key()).hasSize(1 << 12);
              assertThat(letter.headers())
                  .hasSize(8)
                  .containsEntry("imsbridge-original-size", "5000000")
                  .containsEntry("imsbridge-original-sha256", Digest.sha256(value));
            });
    assertThat(table(bridge.watches())).containsOnlyKeys("next");
  }

  // ---- observations

  static Stream<Arguments> malformed() {
    return Stream.of(
        Arguments.of("HTML", "<html>502</html>"),
        Arguments.of("half of it", "{\"job_id\":\"j\",\"sta"),
        Arguments.of("another job's", "{\"job_id\":\"k\",\"status\":\"SUCCESS\"}"),
        Arguments.of("an error", "{\"error\":{\"message\":\"m\",\"code\":\"IMG.0024\"}}"),
        Arguments.of("too deep", "{\"job_id\":\"j\",\"entities\":" + "[".repeat(999) + "}"),
        Arguments.of("an absurd number", "{\"job_id\":\"j\",\"status\":1e2147483648}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformed")
  void shouldKeepAnAnswerThatIsNoneAndGoOnWatching(String name, String body) {
    bridge.request("j");
    bridge.answer("j", body);

    assertThat(bridge.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.key()).isEqualTo("j");
              assertThat(letter.text()).isEqualTo(body);
              assertThat(letter.headers())
                  .containsEntry("__streams.errors.topic", "ims.jobs.observations")
                  .containsEntry("__streams.errors.offset", "1");
              assertThat(letter.headers().get("imsbridge-reason")).startsWith("malformed answer: ");
            });
    assertThat(decision(bridge.audit().size() - 1)).isEqualTo("answer.malformed");
    assertThat(table(bridge.watches())).containsOnlyKeys("j");

    bridge.answer("j", "{\"job_id\":\"j\",\"status\":\"SUCCESS\"}");
    assertThat(bridge.completions()).hasSize(1);
  }

  @Test
  void shouldKeepTheBytesThatAPollerCouldNotRead() {
    bridge.request("j");
    bridge.observe("j", Kind.FAULT, "malformed", "<html>".getBytes(UTF_8));

    assertThat(bridge.deadLetters())
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.text()).isEqualTo("<html>");
              assertThat(letter.headers())
                  .containsEntry("imsbridge-reason", "malformed answer: detail")
                  .containsEntry("__streams.errors.offset", "1");
            });
    assertThat(decision(bridge.audit().size() - 1)).isEqualTo("watch.degraded");
    assertThat(table(bridge.watches())).containsOnlyKeys("j");

    bridge.observe("j", Kind.FAULT, "none", null);
    assertThat(decision(bridge.audit().size() - 1)).isEqualTo("watch.recovered");
    assertThat(bridge.deadLetters()).hasSize(1);
  }

  /** An unreadable part of a response must not delay the completion of a job. */
  @Test
  void shouldTakeTheStatusOfAnAnswerThatIsReadInPartAndSayWhatIsNot() {
    String body =
        "{\"job_id\":\"J\",\"status\":\"SUCCESS\",\"end_time\":\"soon\","
            + "\"entities\":{\"image_name\":\"a\nb\",\"detail\":{\"rate\":NaN}}}";
    bridge.request("j");
    bridge.answer("j", body);

    assertThat(bridge.deadLetters()).isEmpty();
    assertThat(bridge.completions()).hasSize(1);
    assertThat(table(bridge.watches())).isEmpty();
    assertThat(bridge.audit())
        .map(entry -> ImsExamples.json(entry.value()))
        .filteredOn(entry -> entry.get("what").asText().equals("answer.partly-read"))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.at("/details/unreadable").asText())
                  .isEqualTo(
                      "a raw control character in a text; entities.detail.rate: not a number;"
                          + " end_time: not a time");
              assertThat(entry.get("body_sha256").asText())
                  .as("the evidence has the bytes")
                  .isEqualTo(Digest.sha256(body.getBytes(UTF_8)));
            });
  }

  static Stream<Arguments> strangers() {
    return Stream.of(
        Arguments.of(Map.of()),
        Arguments.of(Map.of("kind", "banana")),
        Arguments.of(Map.of("kind", "request")),
        Arguments.of(Map.of("kind", "cancel")),
        Arguments.of(Map.of("kind", "answer", "observed-at", "2024-11-06T06:00:00Z")),
        Arguments.of(
            Map.of(
                "kind", "not-found",
                "observed-at", "1969-01-01T00:00:00Z",
                "job-id", "j",
                "watch-generation", "1")),
        Arguments.of(
            Map.of(
                "kind", "expired",
                "observed-at", "+1000000000-12-31T23:59:59.999999999Z",
                "job-id", "j",
                "watch-generation", "1")),
        Arguments.of(
            Map.of(
                "kind", "request",
                "observed-at", "+1000000000-12-31T23:59:59.999999999Z",
                "source-topic", "t",
                "source-partition", "0",
                "source-offset", "0")));
  }

  @ParameterizedTest
  @MethodSource("strangers")
  void shouldKeepWhatNoPollerWroteAndGoOn(Map<String, String> texts) {
    RecordHeaders headers = new RecordHeaders();
    texts.forEach((header, text) -> headers.add(header, text.getBytes(UTF_8)));
    bridge.request("j");

    bridge.observed("j".getBytes(UTF_8), "{\"job_id\":\"j\"}".getBytes(UTF_8), headers);
    bridge.observed(new byte[] {(byte) 0xff}, null, headers);
    bridge.observed(null, null, headers);

    assertThat(bridge.deadLetters()).hasSize(3);
    assertThat(bridge.deadLetters())
        .allSatisfy(
            letter ->
                assertThat(letter.headers())
                    .containsEntry("__streams.errors.topic", "ims.jobs.observations")
                    .containsKey("imsbridge-reason"));
    bridge.answer("j", "{\"job_id\":\"j\",\"status\":\"SUCCESS\"}");
    assertThat(bridge.completions()).hasSize(1);
  }

  private String decision(int entry) {
    Read audit = bridge.audit().get(entry);
    return ImsExamples.json(audit.value()).get("what").asText();
  }
}
