package dev.imsbridge.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.ledger.Ledger;
import dev.imsbridge.ledger.LedgerEntry;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.LogRecord;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.ledger.OutputRecord.Target;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.ImsExamples;
import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The largest possible inputs from IMS or an external producer. If Kafka rejected a resulting
 * record for its size, the partition would stop permanently.
 */
class LargestRecordTest {
  private static final int SUB_JOBS = 256;
  private static final FoldRules WIDEST =
      new FoldRules(Duration.ofHours(1), Duration.ofHours(1), SUB_JOBS, 32);
  private static final int LIMIT = BridgeTopology.MAX_MESSAGE_BYTES - (64 << 10);
  private static final int LARGEST_BODY = 3 << 20;
  private static final Instant AT = Instant.parse("2026-11-23T00:00:00Z");
  private static final String CONTROL = "\\u0001";
  private static final String QUOTE = "\\\"";

  private final Ledger ledger = new Ledger(WIDEST, Duration.ofDays(7), CloudEvent.Mode.STRUCTURED);
  private final Map<Target, Integer> largest = new EnumMap<>(Target.class);
  private final List<String> decisions = new ArrayList<>();
  private int largestTree;
  private JobTree tree;
  private AuditChain.Head head = AuditChain.Head.START;
  private long offset;

  /**
   * Texts in every field that grow to six times their size when encoded, or to twice their size and
   * again in the store.
   */
  @ParameterizedTest
  @ValueSource(strings = {CONTROL, QUOTE, "\u4e2d", "\\ud800"})
  void shouldBoundEveryRecordOfTheLargestTree(String worst) {
    request();
    answer("root", root("RUNNING", worst));
    for (int i = 0; i < SUB_JOBS; i++) {
      for (int unknown = 0; unknown < 9; unknown++) {
        answer(
            subJob(i),
            "{\"job_id\":\"%s\",\"status\":\"%s\"}"
                .formatted(subJob(i), unknown + worst.repeat(100)));
      }
    }
    answer("root", root("FAIL", worst));
    for (int i = 0; i < SUB_JOBS; i++) {
      answer(subJob(i), failed(subJob(i), worst.repeat(3_000)));
    }

    assertThat(tree.ended()).isTrue();
    assertThat(tree.nodes()).hasSize(SUB_JOBS + 1);
    assertBounded();
    assertThat(decisions).as("the degradation is audited").contains("answer.truncated");
  }

  /** The largest body, filled by one field. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"fail_reason\":\"%s\",\"x\":{\"x\":\"\"}",
        "\"error_code\":\"%s\",\"x\":{\"x\":\"\"}",
        "\"job_type\":\"%s\",\"x\":{\"x\":\"\"}",
        "\"entities\":{\"error\":\"%s\"}",
        "\"entities\":{\"results\":[\"%s\"]}",
        "\"entities\":{\"x\":\"%s\"}"
      })
  void shouldBoundTheRecordsOfTheLargestField(String field) {
    for (String text : List.of(CONTROL, QUOTE, "x")) {
      tree = null;
      request();
      String filled = text.repeat((LARGEST_BODY - 200) / text.length());
      answer("root", "{\"job_id\":\"root\",\"status\":\"FAIL\"," + field.formatted(filled) + "}");
      assertThat(tree.ended()).isTrue();
    }
    assertBounded();
  }

  @Test
  void shouldBoundTheRecordsOfTheMostImages() {
    request();
    StringBuilder images = new StringBuilder();
    for (int i = 0; i < 40_000; i++) {
      images
          .append(i == 0 ? "" : ",")
          .append("{\"image_id\":\"")
          .append("i".repeat(50))
          .append(i)
          .append("\"}");
    }
    answer(
        "root",
        "{\"job_id\":\"root\",\"status\":\"SUCCESS\",\"entities\":{\"results\":[" + images + "]}}");

    assertThat(tree.root().details().imageIds()).isNotEmpty();
    assertBounded();
  }

  /** Compressed records of external producers can be larger than any record of the bridge. */
  @Test
  void shouldBoundTheDeadLettersOfHugeRecords() {
    request();
    Observation observed = observation("root", new byte[50_000_000]);
    ProducerRecord<byte[], byte[]> record = observed.record("observations", 0);
    take(record.key(), record.value(), record.headers());
    take(new byte[5_000_000], new byte[5_000_000], record.headers());
    Headers headers = record.headers();
    headers.remove("fault-detail").add("fault-detail", new byte[5_000_000]);
    headers.remove("kind").add("kind", "fault".getBytes(UTF_8));
    take(record.key(), "x".getBytes(UTF_8), headers);
    headers.remove("fault").add("fault", "f".repeat(5_000_000).getBytes(UTF_8));
    take(record.key(), "x".getBytes(UTF_8), headers);
    headers.remove("kind").add("kind", "request".getBytes(UTF_8));
    headers.add("source-topic", "t".repeat(5_000_000).getBytes(UTF_8));
    headers.add("source-partition", "0".getBytes(UTF_8)).add("source-offset", "0".getBytes(UTF_8));
    take(
        record.key(),
        "{\"job_id\":\"root\",\"region\":\"r\",\"project_id\":\"p\"}".getBytes(UTF_8),
        headers);
    take(
        record.key(),
        ("{\"job_id\":\"root\",\"region\":\"" + "r".repeat(3_000_000) + "\",\"project_id\":\"p\"}")
            .getBytes(UTF_8),
        headers);

    assertThat(largest).containsKey(Target.DEAD_LETTERS);
    assertBounded();
  }

  private void assertBounded() {
    assertThat(largest)
        .allSatisfy((topic, size) -> assertThat(size).as("%s", topic).isLessThan(LIMIT));
    assertThat(largestTree).isLessThan(LIMIT);
  }

  // ---- inputs

  private static String root(String status, String worst) {
    StringBuilder named = new StringBuilder();
    for (int i = 0; i < SUB_JOBS; i++) {
      named.append(i == 0 ? "" : ",").append("\"").append(subJob(i)).append("\"");
    }
    String entities =
        "\"results\":[\"%s\"],\"x\":\"%s\",\"sub_jobs_list\":[%s]"
            .formatted(worst.repeat(250_000 / 12), worst.repeat(600_000 / 12), named);
    return "{\"job_id\":\"root\",\"job_type\":\"%s\",\"status\":\"%s\",\"error_code\":\"%s\",\"fail_reason\":\"%s\",\"entities\":{%s}}"
        .formatted(worst.repeat(900), status, worst.repeat(900), worst.repeat(100_000), entities);
  }

  private static String failed(String jobId, String text) {
    StringBuilder images = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      images
          .append(i == 0 ? "" : ",")
          .append("{\"image_id\":\"")
          .append("i".repeat(60))
          .append(i)
          .append("\"}");
    }
    return "{\"job_id\":\"%s\",\"job_type\":\"%s\",\"status\":\"FAIL\",\"error_code\":\"%s\",\"fail_reason\":\"%s\",\"entities\":{\"results\":[%s]}}"
        .formatted(jobId, text, text, text, images);
  }

  private static String subJob(int number) {
    return "s".repeat(60) + "%04d".formatted(number);
  }

  private void request() {
    TreeMap<String, String> labels = new TreeMap<>();
    for (int i = 0; i < JobRequest.MAX_LABELS; i++) {
      labels.put("\u0001".repeat(255) + (char) ('a' + i), "\u0001".repeat(256));
    }
    JobRequest.Correlation correlation =
        new JobRequest.Correlation(null, "s".repeat(512), "c".repeat(512));
    JobRequest request =
        new JobRequest("root", new ProjectRef("r", "p"), labels, null, correlation);
    OutputRecord entry = LogCodec.encodeRequest(request, new Evidence("requests", 0, offset), AT);
    take(entry.key(), entry.value(), entry.headers());
  }

  private void answer(String jobId, String body) {
    ProducerRecord<byte[], byte[]> record =
        observation(jobId, body.getBytes(UTF_8)).record("observations", 0);
    assertThat(record.value().length).as("what a poller writes").isLessThanOrEqualTo(LIMIT);
    take(record.key(), record.value(), record.headers());
  }

  private static Observation observation(String jobId, byte[] body) {
    Watch watch = new Watch(jobId, "root", new ProjectRef("r", "p"), null, 1, AT, AT);
    return new Observation(
        watch, Observation.Kind.ANSWER, AT, 1, 200, "id", Duration.ZERO, null, null, body);
  }

  private void take(byte[] key, byte[] value, Headers headers) {
    Evidence at = new Evidence("o".repeat(249), 0, offset++);
    LedgerEntry entry =
        ledger.process(
            new LogRecord(at, key, value, headers, AT.toEpochMilli()), head, root -> tree);
    head = entry.head();
    if (entry.change() != null) {
      tree = entry.change().tree();
      largestTree = Math.max(largestTree, entry.change().bytes().length);
    }
    entry.records().forEach(this::sent);
  }

  private void sent(OutputRecord record) {
    int size = length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      size += header.key().length() + header.value().length + 10;
    }
    largest.merge(record.target(), size, Math::max);
    if (record.target() == Target.AUDIT) {
      decisions.add(ImsExamples.json(record.value()).get("data").get("what").asText());
    }
  }

  private static int length(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
