package dev.imsbridge.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.ImsExamples;
import dev.imsbridge.wire.Observation;
import dev.imsbridge.wire.Observation.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/** Checks the outputs of one observation, and which of its times are used. */
class LedgerTest {
  private static final Instant NOW = Instant.parse("2024-11-06T06:00:00Z");
  private static final Instant FAR = Instant.parse("9000-01-01T00:00:00Z");
  private static final ProjectRef PROJECT = new ProjectRef("r", "p");

  private final Ledger ledger =
      new Ledger(FoldRules.DEFAULTS, Duration.ofDays(7), CloudEvent.Mode.BINARY);
  private final Map<String, JobTree> trees = new HashMap<>();
  private AuditChain.Head head = AuditChain.Head.START;
  private long offset;

  private LedgerEntry take(
      byte[] key, byte[] value, org.apache.kafka.common.header.Headers headers, Instant time) {
    LedgerEntry entry =
        ledger.process(
            new LogRecord(
                new Evidence("observations", 3, offset++),
                key,
                value,
                headers,
                time.toEpochMilli()),
            head,
            trees::get);
    head = entry.head();
    if (entry.change() != null) {
      trees.put(entry.change().rootJobId(), entry.change().tree());
    }
    return entry;
  }

  private void request(String jobId) {
    JobRequest request =
        new JobRequest(jobId, PROJECT, new TreeMap<>(), null, JobRequest.Correlation.NONE);
    OutputRecord entry = LogCodec.encodeRequest(request, new Evidence("requests", 0, offset), NOW);
    take(entry.key(), entry.value(), entry.headers(), NOW);
  }

  private LedgerEntry answer(String jobId, String body, Instant observedAt, Instant written) {
    Observation observation =
        new Observation(
            new Watch(jobId, jobId, PROJECT, null, 1, NOW, NOW),
            Kind.ANSWER,
            observedAt,
            1,
            200,
            null,
            Duration.ZERO,
            null,
            null,
            body.getBytes(UTF_8));
    ProducerRecord<byte[], byte[]> record = observation.record("observations", 3);
    return take(record.key(), record.value(), record.headers(), written);
  }

  private static JsonNode json(OutputRecord outgoing) {
    return ImsExamples.json(outgoing.value());
  }

  @Test
  void shouldTakeAnInputForNoLaterThanItsRecord() {
    request("ended");
    answer("ended", "{\"status\":\"SUCCESS\"}", NOW, NOW);
    request("j");
    LedgerEntry entry = answer("j", "{\"status\":\"RUNNING\"}", FAR, NOW.plusSeconds(1));

    assertThat(head.latest()).isEqualTo(NOW.plusSeconds(1));
    assertThat(ledger.outlived(trees.get("ended"), head)).isFalse();
    assertThat(entry.records())
        .isNotEmpty()
        .allSatisfy(
            outgoing ->
                assertThat(outgoing.timestamp()).isEqualTo(NOW.plusSeconds(1).toEpochMilli()));
    assertThat(json(entry.records().get(0)).get("observed_at").asText())
        .isEqualTo("2024-11-06T06:00:01Z");
  }

  @Test
  void shouldBelieveAnInputThatWasWrittenLaterThanObserved() {
    request("j");
    LedgerEntry entry = answer("j", "{\"status\":\"RUNNING\"}", NOW, NOW.plusSeconds(60));

    assertThat(head.latest()).isEqualTo(NOW);
    assertThat(entry.records().get(0).timestamp()).isEqualTo(NOW.toEpochMilli());
  }

  @Test
  void shouldDateAMalformedAnswerByItsRecordThoughItIsTheFirst() {
    LedgerEntry entry = answer("j", "not json", FAR, NOW);

    assertThat(entry.change()).isNull();
    assertThat(entry.records())
        .extracting(OutputRecord::target)
        .containsExactly(OutputRecord.Target.AUDIT, OutputRecord.Target.DEAD_LETTERS);
    assertThat(json(entry.records().get(0)).get("at").asText()).isEqualTo(NOW.toString());
    assertThat(head.latest()).as("what cannot be read moves no clock").isEqualTo(Instant.EPOCH);
  }

  @Test
  void shouldTakeARecordWithoutATimeForOneOfTheEpoch() {
    request("j");
    LedgerEntry entry = answer("j", "{\"status\":\"RUNNING\"}", NOW, Instant.ofEpochMilli(-1));

    assertThat(entry.records()).allSatisfy(each -> assertThat(each.timestamp()).isZero());
  }
}
