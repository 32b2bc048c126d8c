package dev.imsbridge.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.simulator.FaultType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** A check that accepts everything would make every campaign a success. */
class EventCheckTest {
  private final Violations violations = new Violations();
  private final ServedAnswers served = new ServedAnswers();
  private final ObservedStatuses observed = new ObservedStatuses();
  private final List<ConsumerRecord<byte[], byte[]>> observations = new ArrayList<>();
  private final EventCheck check =
      new EventCheck(violations, Set.of("j"), Set.of(), Set.of(), Set.of());
  private int offset;

  private ConsumerRecord<byte[], byte[]> record(
      String topic, String key, String value, String... headers) {
    RecordHeaders all = new RecordHeaders();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(headers[i], headers[i + 1].getBytes(UTF_8));
    }
    return new ConsumerRecord<>(
        topic,
        0,
        offset++,
        0,
        TimestampType.CREATE_TIME,
        0,
        0,
        key.getBytes(UTF_8),
        value == null ? null : value.getBytes(UTF_8),
        all,
        Optional.empty());
  }

  private void observe(ConsumerRecord<byte[], byte[]> record) {
    observations.add(record);
    observed.add(record);
  }

  private static String answer(String status) {
    return "{\"job_id\":\"j\",\"status\":\"" + status + "\"}";
  }

  /** A job that was requested, served and observed as INIT, RUNNING and SUCCESS. */
  private void live() {
    observe(record("o", "j", "{}", "kind", "request"));
    for (String status : List.of("INIT", "RUNNING", "INIT", "SUCCESS", "FAIL")) {
      served.answered("j", answer(status).getBytes(UTF_8), null);
      observe(record("o", "j", answer(status), "kind", "answer", "job-id", "j"));
    }
  }

  private ConsumerRecord<byte[], byte[]> transition(long sequence, String previous, String status) {
    return record(
        "t",
        "j",
        "{\"job_id\":\"j\",\"root_job_id\":\"j\",\"sequence\":%s,\"previous_status\":%s,\"status\":\"%s\"}"
            .formatted(sequence, previous == null ? null : "\"" + previous + "\"", status),
        "ce_id",
        "j-" + status);
  }

  private List<ConsumerRecord<byte[], byte[]>> transitions() {
    return List.of(
        transition(1, null, "INIT"),
        transition(2, "INIT", "RUNNING"),
        transition(3, "RUNNING", "SUCCESS"));
  }

  private ConsumerRecord<byte[], byte[]> completion(String outcome) {
    return record(
        "c", "j", "{\"job_id\":\"j\",\"root_job_id\":\"j\",\"outcome\":\"" + outcome + "\"}");
  }

  private void assertFinds(String rule) {
    assertThat(violations.lines()).anySatisfy(line -> assertThat(line).contains(rule));
  }

  @Test
  void shouldAcceptWhatFollowsFromTheObservations() {
    live();
    check.transitions(transitions());
    check.observed(observed, served);
    check.completions(List.of(completion("SUCCEEDED")));
    check.statusTable(List.of(record("s", "j", "{\"status\":\"SUCCESS\"}")));
    check.watches(List.of(record("w", "j", "{}"), record("w", "j", null)));
    assertThat(check.served(served, observed, 0)).isZero();
    assertThat(violations.lines()).isEmpty();
  }

  @Test
  void shouldFindALostTransition() {
    live();
    check.transitions(List.of(transition(1, null, "INIT"), transition(2, "INIT", "SUCCESS")));
    check.observed(observed, served);
    assertFinds("published statuses do not follow");
  }

  @Test
  void shouldFindADoubledTransition() {
    check.transitions(
        List.of(
            transition(1, null, "INIT"),
            transition(2, "INIT", "RUNNING"),
            transition(2, "INIT", "RUNNING")));
    assertFinds("an event was published twice");
    assertFinds("a status was published again or fell");
    assertFinds("the sequence of a tree has a gap");
  }

  @Test
  void shouldFindTransitionsOutOfOrder() {
    check.transitions(List.of(transition(2, "INIT", "RUNNING"), transition(1, null, "INIT")));
    assertFinds("a status was published again or fell");
    assertFinds("previous_status is not the status before");
  }

  @Test
  void shouldFindAnInventedStatus() {
    observe(record("o", "j", "{}", "kind", "request"));
    served.answered("j", answer("INIT").getBytes(UTF_8), FaultType.BROKEN_JSON);
    observe(record("o", "j", answer("INIT"), "kind", "answer", "job-id", "j"));
    check.transitions(List.of(transition(1, null, "INIT")));
    check.observed(observed, served);
    assertFinds("a status was not served");
  }

  @Test
  void shouldFindAnAnswerThatWasNotObserved() {
    live();
    served.answered("k", "{\"job_id\":\"k\",\"status\":\"INIT\"}".getBytes(UTF_8), null);
    assertThat(check.served(served, observed, Long.MAX_VALUE)).isEqualTo(1);
    assertThat(violations.count()).isZero();
    assertThat(check.served(served, observed, 0)).isEqualTo(1);
    assertFinds("a status was served in quiet and never observed");
  }

  @Test
  void shouldFindAMissingADoubledAndAWrongCompletion() {
    live();
    check.transitions(transitions());
    check.completions(List.of());
    assertFinds("an accepted job has no completion");
    check.completions(List.of(completion("SUCCEEDED"), completion("SUCCEEDED")));
    assertFinds("a job has two completions");
    check.completions(List.of(completion("FAILED")));
    assertFinds("a completion contradicts the last transition");
  }

  @Test
  void shouldKnowWhichCancelledJobsWereRequestedAgain() {
    List<ConsumerRecord<byte[], byte[]>> requests =
        List.of(
            record("r", "once", "once"),
            record("r", "twice", "twice"),
            record("r", "once", null),
            record("r", "twice", null),
            record("r", "twice", "twice"));
    assertThat(EventCheck.requestedAgain(requests, Set.of("once", "twice")))
        .containsExactly("twice");
  }

  @Test
  void shouldFindAnEndThatWasNotPlayed() {
    check.transitions(transitions());
    check.ends(Map.of("j", Map.of("j", "SUCCESS")));
    assertThat(violations.lines()).isEmpty();
    check.ends(Map.of("j", Map.of("j", "SUCCESS", "sub", "FAIL")));
    assertFinds("a job has another end than the simulator played");
  }

  @Test
  void shouldFindAWrongRowAndAnOpenWatch() {
    live();
    check.transitions(transitions());
    check.statusTable(
        List.of(record("s", "j", "{\"status\":\"RUNNING\"}"), record("s", "k", "{}")));
    assertFinds("a row of status is not the last transition");
    assertFinds("a row of status without a transition");
    check.watches(List.of(record("w", "j", null), record("w", "j", "{}")));
    assertFinds("a watch was left open");
  }

  @Test
  void shouldFindDeadLettersWithoutCauseAndMissingOnes() {
    live();
    ConsumerRecord<byte[], byte[]> broken =
        record("o", "j", "{\"job", "kind", "fault", "job-id", "j");
    observe(broken);
    check.deadLetters(
        List.of(letter("r", "5"), letter("o", Long.toString(broken.offset()))),
        Set.of("r/0/5"),
        List.of(),
        observations);
    ConsumerRecord<byte[], byte[]> hostile = record("r", "j", "?");
    ConsumerRecord<byte[], byte[]> again = record("r", "j", "?");
    check.deadLetters(
        List.of(
            letter("r", Long.toString(hostile.offset())),
            letter("r", Long.toString(again.offset()))),
        Set.of("r/0/" + hostile.offset()),
        List.of(hostile, again),
        List.of());
    assertThat(violations.lines()).isEmpty();

    check.deadLetters(
        List.of(letter("o", Long.toString(observations.get(1).offset()))),
        Set.of("r/0/5"),
        List.of(),
        observations);
    assertFinds("a dead letter without a cause");
    assertFinds("a hostile record without a dead letter");
  }

  @Test
  void shouldFindADeadLetterOfAnOrdinaryRequest() {
    ConsumerRecord<byte[], byte[]> request = record("r", "j", "j");
    check.deadLetters(
        List.of(letter("r", Long.toString(request.offset()))),
        Set.of(),
        List.of(request),
        List.of());
    assertFinds("a dead letter without a cause");
  }

  private ConsumerRecord<byte[], byte[]> letter(String topic, String source) {
    return record(
        "d",
        "j",
        "x",
        "__streams.errors.topic",
        topic,
        "__streams.errors.partition",
        "0",
        "__streams.errors.offset",
        source);
  }

  @Test
  void shouldFindAReplayThatDiffers() {
    List<ConsumerRecord<byte[], byte[]>> live = transitions();
    check.sameEvents("t ", live, live);
    assertThat(violations.lines()).isEmpty();
    check.sameEvents("t ", live, live.subList(0, 2));
    assertFinds("a replay differs from the live topic");
  }
}
