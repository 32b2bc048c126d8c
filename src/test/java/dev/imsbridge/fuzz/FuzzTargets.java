package dev.imsbridge.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.history.SearchHint;
import dev.imsbridge.history.audit.AuditEntry;
import dev.imsbridge.history.letters.LetterPosition;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.PathTemplate;
import dev.imsbridge.job.JobAnswer;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Story;
import dev.imsbridge.job.Watch;
import dev.imsbridge.terminal.DurationText;
import dev.imsbridge.wire.AnswerParser;
import dev.imsbridge.wire.ApiTime;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.Checkpoint;
import dev.imsbridge.wire.ImsExamples;
import dev.imsbridge.wire.LogPosition;
import dev.imsbridge.wire.RequestForms;
import dev.imsbridge.wire.Requests;
import dev.imsbridge.wire.StoreCodec;
import dev.imsbridge.wire.SubJobAnswer;
import dev.imsbridge.wire.TableTopics;
import dev.imsbridge.wire.TimeRange;
import dev.imsbridge.wire.Watches;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** All targets. Each check states the promises of its code for any input. */
final class FuzzTargets {
  private static final String JOB = "root";
  private static final int LONGEST_REASON = 1_000;

  /** No valid job id, so no message may quote it. */
  private static final String SECRET = "S3cr3t!Value";

  private static final Requests REQUESTS = new Requests(Story.PROJECT, Set.of(Story.PROJECT));

  private FuzzTargets() {}

  static List<FuzzTarget> all() {
    return List.of(
        new FuzzTarget("answers", random -> answers(), FuzzTargets::answer),
        new FuzzTarget("requests", random -> requests(), FuzzTargets::request),
        new FuzzTarget("ledger", LedgerInputs::samples, LedgerInputs::check),
        new FuzzTarget("store", LedgerInputs::stored, FuzzTargets::stored),
        new FuzzTarget("watches", random -> watches(), FuzzTargets::watch),
        new FuzzTarget("events", LedgerInputs::events, FuzzTargets::event),
        new FuzzTarget("texts", random -> texts(), FuzzTargets::text),
        new FuzzTarget("settings", random -> SettingsInputs.samples(), SettingsInputs::check));
  }

  // ---- answers of IMS

  private static List<byte[]> answers() {
    return Stream.concat(
            ImsExamples.all().stream()
                .map(
                    example ->
                        new String(example.body(), UTF_8)
                            .replace(example.jobId(), JOB)
                            .getBytes(UTF_8)),
            Stream.of(
                    "{\"job_id\":\"root\",\"status\":\"FAIL\",\"job_type\":\"x\",\"begin_time\":"
                        + "\"2024-11-06T06:00:00.000Z\",\"error_code\":\"IMG.1\",\"fail_reason\":"
                        + "\"S3cr3t!Value\",\"entities\":{\"sub_jobs_result\":[{\"job_id\":\"a\","
                        + "\"status\":\"RUNNING\",\"entities\":{\"process_percent\":\"0.5\"}}],"
                        + "\"sub_jobs_list\":[\"b\",7],\"results\":[{\"image_id\":\"i\"}],"
                        + "\"__data_images\":[\"j\"]}}",
                    "{\"job_id\":\"S3cr3t!Value\",\"status\":\"S3cr3t!Value\"}")
                .map(text -> text.getBytes(UTF_8)))
        .toList();
  }

  private static void answer(byte[] body) throws Exception {
    AnswerParser.Parsed parsed = AnswerParser.parse(body, JOB);
    assertThat(AnswerParser.parse(body, JOB)).isEqualTo(parsed);
    AnswerParser.Parsed glance = AnswerParser.glance(body, JOB);
    SubJobAnswer.of(body, "a").ifPresent(FuzzTargets::jsonObject);
    if (parsed instanceof AnswerParser.Malformed malformed) {
      assertThat(glance).isEqualTo(parsed);
      reason(malformed.reason());
    } else {
      JobAnswer answer = ((AnswerParser.Valid) parsed).answer();
      JobAnswer quick = ((AnswerParser.Valid) glance).answer();
      assertThat(quick.status()).isEqualTo(answer.status());
      assertThat(quick.subJobs()).hasSameSizeAs(answer.subJobs());
      assertThat(answer.jobId() == null || answer.jobId().equalsIgnoreCase(JOB)).isTrue();
      eachOf(answer, FuzzTargets::described);
    }
  }

  private static void eachOf(JobAnswer answer, Consumer<JobAnswer> check) {
    check.accept(answer);
    answer.subJobs().forEach(each -> eachOf(each, check));
  }

  private static void described(JobAnswer answer) {
    assertThat(answer.digest()).hasSize(32);
    assertThat(answer.details().imageIds()).allMatch(JobId::valid);
    Stream.of(answer.times().beginTime(), answer.times().endTime())
        .forEach(time -> assertThat(time == null || TimeRange.contains(time)).isTrue());
    Stream.of(answer.entities(), answer.results())
        .filter(json -> json != null)
        .forEach(
            json -> assertThat(ImsExamples.json(json.getBytes(UTF_8)).isContainerNode()).isTrue());
    assertThat(answer.unreadable()).allMatch(each -> each.length() <= LONGEST_REASON);
  }

  static void reason(String reason) {
    assertThat(reason)
        .isNotBlank()
        .hasSizeLessThanOrEqualTo(LONGEST_REASON)
        .doesNotContain("\n", "\r", SECRET);
  }

  static JsonNode jsonObject(byte[] json) {
    JsonNode read = ImsExamples.json(json);
    assertThat(read.isObject()).isTrue();
    return read;
  }

  // ---- requests

  private static List<byte[]> requests() {
    RecordHeaders traced = new RecordHeaders();
    traced.add(
        "traceparent", ("00-" + "a".repeat(32) + "-" + "b".repeat(16) + "-01").getBytes(UTF_8));
    traced.add("correlation-id", "mine".getBytes(UTF_8));
    traced.add("imsbridge-redriven-from", "dead-letters/1/7".getBytes(UTF_8));
    byte[] whole =
        ("{\"job_id\":\"root\",\"project_id\":\"project\",\"region\":\"cn-north-4\",\"labels\":"
                + "{\"order\":\"4711\",\"n\":5,\"S3cr3t!Value\":true},\"deadline\":\"PT6H\"}")
            .getBytes(UTF_8);
    return Stream.concat(
            Stream.of(
                RecordText.write(null, whole, traced, 0),
                RecordText.write(JOB.getBytes(UTF_8), null, traced, 0),
                RecordText.write(null, SECRET.getBytes(UTF_8), traced, 0)),
            RequestForms.all().stream()
                .map(form -> RecordText.write(null, form.value().apply(JOB), form.headers(), 0)))
        .toList();
  }

  /** The values of requests, as HTTP takes them. */
  static List<byte[]> requestValues() {
    return requests().stream()
        .map(document -> RecordText.of(document).value())
        .filter(value -> value != null)
        .toList();
  }

  private static void request(byte[] document) {
    RecordText record = RecordText.of(document);
    if (record.value() != null) {
      Requests.names(record.value(), JOB);
      Requests.unwrapped(new String(record.value(), UTF_8));
    }
    Requests.Read read = REQUESTS.read(record.key(), record.value(), record.headers());
    if (read instanceof Requests.Refused refused) {
      reason(refused.reason());
    } else if (read instanceof Requests.Cancelled cancelled) {
      assertThat(cancelled.jobId()).matches(JobId::valid);
    } else if (read instanceof Requests.Accepted accepted) {
      JobRequest request = accepted.request();
      assertThat(request.jobId()).matches(JobId::valid);
      RecordHeaders headers = new RecordHeaders();
      Requests.copyHeaders(record.headers(), headers);
      headers.forEach(header -> assertThat(header.value()).hasSizeLessThanOrEqualTo(512));
      byte[] encoded = Requests.encode(request);
      assertThat(Requests.encode(Requests.decode(encoded, headers))).isEqualTo(encoded);
      Requests.Read again = REQUESTS.read(null, encoded, headers);
      assertThat(again).isInstanceOf(Requests.Accepted.class);
      assertThat(Requests.encode(((Requests.Accepted) again).request())).isEqualTo(encoded);
    }
  }

  // ---- values of the store and of watches

  private static void stored(byte[] bytes) {
    same(bytes, StoreCodec::tree, StoreCodec::encode);
    same(bytes, StoreCodec::checkpoint, StoreCodec::encode);
    same(bytes, StoreCodec::position, StoreCodec::encode);
    same(bytes, StoreCodec::tables, StoreCodec::encode);
  }

  /** What was read is written so that it is read again. */
  private static <T> void same(
      byte[] bytes, Function<byte[], T> decoder, Function<T, byte[]> encoder) {
    T value;
    try {
      value = decoder.apply(bytes);
    } catch (UncheckedIOException e) {
      return;
    }
    if (value != null) {
      byte[] encoded = encoder.apply(value);
      assertThat(encoder.apply(decoder.apply(encoded))).isEqualTo(encoded);
    }
  }

  static List<byte[]> stored(JobTree tree) {
    return List.of(
        StoreCodec.encode(tree),
        StoreCodec.encode(
            new Checkpoint(
                new AuditChain.Head(7, AuditChain.ORIGIN, AuditChain.ORIGIN, Story.BEGIN),
                new LogPosition("topic", 5, 1_730_872_800_000L))),
        StoreCodec.encode(LogPosition.before("topic")),
        StoreCodec.encode(new TableTopics("a", 5, "b")));
  }

  private static List<byte[]> watches() {
    return List.of(
        Watches.encode(
            new Watch(
                "a",
                JOB,
                Story.PROJECT,
                "imsImportImageJob",
                3,
                Story.BEGIN,
                Story.BEGIN.plusSeconds(60))));
  }

  private static void watch(byte[] bytes) {
    Optional<Watch> watch = Watches.decode(bytes);
    watch.ifPresent(each -> assertThat(Watches.decode(Watches.encode(each))).isEqualTo(watch));
  }

  // ---- published events

  private static void event(byte[] document) {
    RecordText text = RecordText.of(document);
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            "events",
            0,
            5,
            text.timestamp(),
            TimestampType.CREATE_TIME,
            0,
            0,
            text.key(),
            text.value(),
            text.headers(),
            Optional.empty());
    PublishedEvent.read(record)
        .ifPresent(
            event -> {
              assertThat(event.jobId()).isNotNull();
              assertThat(event.outcome()).isNotNull();
              assertThat(TimeRange.contains(event.observedAt())).isTrue();
              event.rootJobId();
              event.status();
              event.position("evidence");
              event.position("input");
            });
    AuditEntry.read(record);
    if (text.value() != null) {
      SearchHint.read(text.value());
    }
  }

  // ---- short texts

  private static List<byte[]> texts() {
    return Stream.of(
            "2024-11-06T06:00:00.123Z",
            "2024-11-06 06:00:00",
            "2024-11-06T06:00:00.123456+08:00",
            "1730872800123",
            "Wed, 06 Nov 2024 06:00:00 GMT",
            "PT6H30M",
            "90s",
            "1/4711",
            "https://ims.cn-north-4.myhuaweicloud.com:443/",
            "http://127.0.0.1:8080",
            "http://user:S3cr3t!Value@host",
            "/v1/{project_id}/jobs/{job_id}")
        .map(text -> text.getBytes(UTF_8))
        .toList();
  }

  private static void text(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    Instant time = ApiTime.parse(text);
    assertThat(time == null || TimeRange.contains(time)).isTrue();
    LetterPosition.parse(text)
        .ifPresent(
            position -> assertThat(LetterPosition.parse(position.toString())).contains(position));
    try {
      assertThat(TimeRange.contains(TimeRange.parse(text))).isTrue();
    } catch (DateTimeException e) {
      // As documented.
    }
    refused(text, DurationText::parse);
    refused(text, PathTemplate::of);
    refused(text, Endpoint::of);
  }

  private static void refused(String text, Function<String, Object> parser) {
    try {
      assertThat(parser.apply(text)).isNotNull();
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
