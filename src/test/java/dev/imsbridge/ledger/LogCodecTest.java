package dev.imsbridge.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Input;
import dev.imsbridge.job.LostReason;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Seeds;
import dev.imsbridge.job.Watch;
import dev.imsbridge.ledger.LogCodec.Invalid;
import dev.imsbridge.ledger.LogCodec.Valid;
import dev.imsbridge.wire.Digest;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.Observation;
import dev.imsbridge.wire.Observation.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LogCodecTest {
  private static final Instant AT = Instant.parse("2024-11-06T06:19:43.195Z");
  private static final Evidence HERE = new Evidence("observations", 3, 42);
  private static final Watch WATCH =
      new Watch("child", "root", new ProjectRef("r", "p"), "t", 7, AT, AT.plus(Duration.ofDays(1)));

  @Test
  void shouldWriteAnObservationWithEverythingButTheBodyInHeaders() {
    ProducerRecord<byte[], byte[]> record = answer("{}").record("observations", 5);

    assertThat(record.topic()).isEqualTo("observations");
    assertThat(record.partition()).isEqualTo(5);
    assertThat(record.timestamp()).isEqualTo(AT.toEpochMilli());
    assertThat(new String(record.key(), UTF_8)).isEqualTo("root");
    assertThat(new String(record.value(), UTF_8)).isEqualTo("{}");
    assertThat(texts(record))
        .containsExactlyInAnyOrder(
            "kind=answer",
            "observed-at=2024-11-06T06:19:43.195Z",
            "job-id=child",
            "watch-key=root/child",
            "watch-generation=7",
            "attempt=3",
            "http-status=200",
            "request-id=req",
            "latency-ms=12");
  }

  @Test
  void shouldReadBackAnAnswer() {
    byte[] body = "{\"job_id\":\"child\",\"status\":\"RUNNING\"}".getBytes(UTF_8);
    ProducerRecord<byte[], byte[]> record = observation(Kind.ANSWER, null, body).record("o", 0);
    Valid read = understood(record);

    assertThat(HeaderNames.text(record.headers(), HeaderNames.REQUEST_ID)).isEqualTo("req");
    assertThat(read.rootJobId()).isEqualTo("root");
    assertThat(read.deadLetterReason()).isNull();
    assertThat(read.input())
        .isInstanceOfSatisfying(
            Input.Answered.class,
            answered -> {
              assertThat(answered.evidence()).isEqualTo(HERE);
              assertThat(answered.at()).isEqualTo(AT);
              assertThat(answered.jobId()).isEqualTo("child");
              assertThat(answered.generation()).isEqualTo(7);
              assertThat(answered.answer().status()).isEqualTo("RUNNING");
              assertThat(answered.bodySha256()).isEqualTo(Digest.sha256(body));
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          NOT_FOUND | NOT_FOUND | IMS does not know this job (%d), %d polls, given up at %s
          EXPIRED | EXPIRED | no end of the job was seen before the deadline, %2$d polls, given up at %3$s
          """)
  void shouldReadBackTheEndOfAWatch(Kind kind, LostReason reason, String why) {
    Observation end = observation(kind, null, null);
    Input input = understood(end.record("o", 0)).input();

    String detail = why.formatted(end.httpStatus(), end.attempt(), AT);
    assertThat(input).isEqualTo(new Input.GivenUp(HERE, AT, "child", 7, reason, detail));
  }

  @Test
  void shouldSayOfAnExpiredWatchHowItsLatestPollFailed() {
    Observation end = observation(Kind.EXPIRED, "transient", null);
    assertThat(((Input.GivenUp) understood(end.record("o", 0)).input()).detail())
        .endsWith(", 3 polls, given up at " + AT + ": why");
  }

  /** Protects against foreign header values that appear in an event. */
  @Test
  void shouldLeaveOutOfAReasonWhatIsNoNumber() {
    var record = observation(Kind.NOT_FOUND, null, null).record("o", 0);
    record.headers().remove(HeaderNames.HTTP_STATUS).remove(HeaderNames.ATTEMPT);
    record.headers().add(HeaderNames.HTTP_STATUS, "<b>".getBytes(UTF_8));
    record.headers().add(HeaderNames.ATTEMPT, "many".getBytes(UTF_8));

    assertThat(((Input.GivenUp) understood(record).input()).detail())
        .isEqualTo("IMS does not know this job, given up at " + AT);
  }

  @Test
  void shouldReadBackAFaultAndItsEnd() {
    assertThat(understood(observation(Kind.FAULT, "transient", null).record("o", 0)).input())
        .isEqualTo(new Input.Faulted(HERE, AT, "child", 7, "transient", "why"));
    assertThat(understood(observation(Kind.FAULT, "none", null).record("o", 0)).input())
        .isEqualTo(new Input.Recovered(HERE, AT, "child", 7));
  }

  @Test
  void shouldSendTheBytesOfAMalformedAnswerToTheDeadLetters() {
    Valid read =
        understood(observation(Kind.FAULT, "malformed", "<html>".getBytes(UTF_8)).record("o", 0));

    assertThat(read.input()).isInstanceOf(Input.Faulted.class);
    assertThat(read.deadLetterReason()).isEqualTo("malformed answer: why");
  }

  @Test
  void shouldReadBackACancel() {
    Evidence source = new Evidence("requests", 1, 2);
    OutputRecord entry = LogCodec.encodeCancel("root", source, AT);

    assertThat(decode(entry.key(), entry.value(), entry.headers()))
        .isEqualTo(new Valid("root", new Input.Cancelled(source, AT), null));
  }

  @ParameterizedTest
  @ValueSource(strings = {"not json", "[]", "{\"job_id\":\"other\"}", "{}"})
  void shouldCallAnAnswerMalformedThatIsNoneAboutTheJob(String body) {
    assertThat(read(answer(body).record("o", 0)))
        .isInstanceOfSatisfying(
            Invalid.class,
            unreadable -> {
              assertThat(unreadable.rootJobId()).isEqualTo("root");
              assertThat(unreadable.reason()).startsWith("malformed answer: ");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/b", "#head", "\u00e9"})
  void shouldNotTakeAnEntryWhoseKeyIsNoJobId(String key) {
    ProducerRecord<byte[], byte[]> record = answer("{\"job_id\":\"child\"}").record("o", 0);

    assertThat(decode(key.getBytes(UTF_8), record.value(), record.headers()))
        .isEqualTo(new Invalid(null, "the key is not a job id"));
    assertThat(decode(null, record.value(), record.headers()))
        .isEqualTo(new Invalid(null, "the key is not a job id"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"kind", "observed-at", "job-id", "watch-generation"})
  void shouldNotTakeAnObservationWithoutAHeaderItNeeds(String header) {
    ProducerRecord<byte[], byte[]> record = answer("{\"job_id\":\"child\"}").record("o", 0);
    record.headers().remove(header);

    assertThat(read(record)).isInstanceOf(Invalid.class);

    record.headers().add(header, null);
    assertThat(read(record)).isInstanceOf(Invalid.class);
  }

  @ParameterizedTest
  @CsvSource({
    "kind,banana",
    "kind,''",
    "observed-at,now",
    "observed-at,1969-12-31T23:59:59.999Z",
    "observed-at,+10000-01-01T00:00:00Z",
    "observed-at,+1000000000-12-31T23:59:59.999999999Z",
    "watch-generation,seven",
    "observed-at,9999-12-31T23:59:59Z",
    "watch-generation,99999999999",
    "watch-generation,-1",
    "job-id,../x",
    "job-id,root/child"
  })
  void shouldNotTakeAnObservationWhoseHeadersMakeNoSense(String header, String value) {
    ProducerRecord<byte[], byte[]> record = observation(Kind.NOT_FOUND, null, null).record("o", 0);
    record.headers().remove(header).add(header, value.getBytes(UTF_8));

    assertThat(read(record)).isInstanceOf(Invalid.class);
  }

  @ParameterizedTest
  @CsvSource({
    "source-partition,-1",
    "source-partition,x",
    "source-offset,-1",
    "source-offset,9223372036854775808",
    "source-topic,''",
    "source-topic,a b",
  })
  void shouldNotTakeACancelWhoseSourceIsNone(String header, String value) {
    OutputRecord entry = LogCodec.encodeCancel("root", new Evidence("requests", 1, 2), AT);
    entry.headers().remove(header).add(header, value.getBytes(UTF_8));

    assertThat(decode(entry.key(), null, entry.headers())).isInstanceOf(Invalid.class);
  }

  /** The text of headers is copied to the state and to events. */
  @Test
  void shouldBoundTheTextsOfHeaders() {
    ProducerRecord<byte[], byte[]> record = observation(Kind.FAULT, "auth", null).record("o", 0);
    record.headers().remove("fault-detail").add("fault-detail", "\n".repeat(9_000).getBytes(UTF_8));
    record.headers().remove("request-id").add("request-id", "r".repeat(9_000).getBytes(UTF_8));
    Input.Faulted faulted = (Input.Faulted) understood(record).input();
    assertThat(faulted.detail()).hasSizeLessThanOrEqualTo(1_000);
    assertThat(faulted.toString()).doesNotContain("rrr");

    record.headers().remove("fault").add("fault", "f".repeat(9_000).getBytes(UTF_8));
    assertThat(read(record)).isInstanceOf(Invalid.class);
  }

  @ParameterizedTest
  @CsvSource({"cn-north-4,p p", "Region,p1", "cn-north-4,LONG", "a/b,p1"})
  void shouldNotTakeARequestForAProjectThatCannotBe(String region, String projectId) {
    RecordHeaders headers = LogCodec.encodeCancel("root", HERE, AT).headers();
    headers.remove("kind").add("kind", "request".getBytes(UTF_8));
    String value =
        "{\"job_id\":\"root\",\"region\":\"%s\",\"project_id\":\"%s\"}"
            .formatted(region, projectId.replace("LONG", "p".repeat(65)));

    assertThat(decode("root".getBytes(UTF_8), value.getBytes(UTF_8), headers))
        .isInstanceOf(Invalid.class);
  }

  @Test
  void shouldNotTakeAnAnswerWithoutABodyNorARequestThatIsNone() {
    assertThat(read(observation(Kind.ANSWER, null, null).record("o", 0)))
        .isEqualTo(new Invalid("root", "an answer without a body"));

    RecordHeaders headers = LogCodec.encodeCancel("root", HERE, AT).headers();
    headers.remove("kind").add("kind", "request".getBytes(UTF_8));
    for (String value :
        new String[] {
          "{}",
          "x",
          "{\"job_id\":\"root\"}",
          "{\"job_id\":\"other\",\"region\":\"r\",\"project_id\":\"p\"}"
        }) {
      assertThat(decode("root".getBytes(UTF_8), value.getBytes(UTF_8), headers))
          .isInstanceOf(Invalid.class);
    }
    assertThat(decode("root".getBytes(UTF_8), null, headers)).isInstanceOf(Invalid.class);
  }

  @Test
  void shouldNeverFailWhateverTheRecord() {
    List<String> names =
        List.of("kind", "observed-at", "job-id", "watch-generation", "fault", "source-offset");
    List<String> values =
        List.of("request", "cancel", "answer", "fault", "expired", "1", "root", AT.toString(), "");
    Seeds.each(
        5_000,
        random -> {
          RecordHeaders headers = new RecordHeaders();
          for (String name : names) {
            if (random.nextInt(8) > 0) {
              headers.add(name, values.get(random.nextInt(values.size())).getBytes(UTF_8));
            }
          }
          byte[] value = new byte[random.nextInt(30)];
          random.nextBytes(value);
          byte[] key = random.nextInt(9) == 0 ? value : "root".getBytes(UTF_8);
          assertThat(decode(key, random.nextBoolean() ? null : value, headers)).isNotNull();
        });
  }

  private static Observation answer(String body) {
    return observation(Kind.ANSWER, null, body.getBytes(UTF_8));
  }

  private static Observation observation(Kind kind, String fault, byte[] body) {
    return new Observation(
        WATCH,
        kind,
        AT,
        3,
        200,
        "req",
        Duration.ofMillis(12),
        fault,
        fault == null ? null : "why",
        body);
  }

  private static LogCodec.Decoded read(ProducerRecord<byte[], byte[]> record) {
    return decode(record.key(), record.value(), record.headers());
  }

  private static LogCodec.Decoded decode(byte[] key, byte[] value, Headers headers) {
    return LogCodec.decode(new LogRecord(HERE, key, value, headers, Long.MAX_VALUE));
  }

  private static Valid understood(ProducerRecord<byte[], byte[]> record) {
    assertThat(read(record)).isInstanceOf(Valid.class);
    return (Valid) read(record);
  }

  private static List<String> texts(ProducerRecord<byte[], byte[]> record) {
    return StreamSupport.stream(record.headers().spliterator(), false)
        .map((Header header) -> header.key() + "=" + new String(header.value(), UTF_8))
        .toList();
  }
}
