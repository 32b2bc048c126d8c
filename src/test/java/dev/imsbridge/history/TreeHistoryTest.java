package dev.imsbridge.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.history.HistoryEvent.Kind;
import dev.imsbridge.history.TreeHistory.EarlierWatch;
import dev.imsbridge.job.Evidence;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Events in any order and shape must give a history. */
class TreeHistoryTest {
  private long offset;

  private HistoryEvent event(Kind kind, String job, String parent, String status, int second) {
    ObjectNode event = PublishedEvent.JSON.createObjectNode();
    event.put("id", job + status + kind).put("type", "t");
    ObjectNode data = event.putObject("data");
    data.put("job_id", job).put("root_job_id", "r").put("parent_job_id", parent);
    data.put("status", status).put("terminal", status.matches("SUCCESS|FAIL|LOST"));
    data.put(kind == Kind.AUDIT ? "at" : "observed_at", at(second).toString());
    if (kind == Kind.COMPLETION) {
      data.put("outcome", status.equals("LOST") ? "LOST" : "SUCCEEDED");
    }
    return new HistoryEvent(kind, new PublishedEvent(event), new Evidence("t", 0, offset++));
  }

  private HistoryEvent transition(String job, String parent, String status, int second) {
    return event(Kind.TRANSITION, job, parent, status, second);
  }

  private static Instant at(int second) {
    return Instant.parse("2024-11-06T06:00:00Z").plusSeconds(second);
  }

  private static TreeHistory history(List<HistoryEvent> events) {
    return new TreeHistory("r", "r", null, null, events, null, EarlierWatch.NONE, false, 0);
  }

  private static List<String> jobs(TreeHistory history) {
    return history.jobs().stream().map(job -> "-".repeat(job.depth()) + job.jobId()).toList();
  }

  @Test
  void shouldListEachJobBelowItsParent() {
    assertThat(
            jobs(
                history(
                    List.of(
                        transition("b1", "b", "INIT", 0),
                        transition("a", "r", "INIT", 0),
                        transition("b", "r", "INIT", 1),
                        transition("r", null, "RUNNING", 2),
                        transition("a1", "a", "INIT", 3),
                        transition("lost", "unpublished", "INIT", 4)))))
        .containsExactly("r", "-a", "--a1", "-b", "--b1", "-lost");
  }

  /** Events can come from external producers, so cycles must not cause an endless loop. */
  @Test
  void shouldListJobsThatNameEachOtherAsParentsOnce() {
    assertThat(
            jobs(
                history(
                    List.of(
                        transition("a", "b", "INIT", 0),
                        transition("b", "a", "INIT", 0),
                        transition("c", "c", "INIT", 0)))))
        .containsExactlyInAnyOrder("-a", "--b", "-c");
  }

  @Test
  void shouldKeepTheOrderOfEachTopicThoughClocksDiffer() {
    HistoryEvent late = transition("r", null, "INIT", 9);
    HistoryEvent early = transition("r", null, "RUNNING", 5);
    HistoryEvent audit = event(Kind.AUDIT, "r", null, "", 7);
    HistoryEvent same = event(Kind.AUDIT, "r", null, "x", 9);
    assertThat(TreeHistory.inOrder(List.of(late, early), List.of(), List.of(audit, same)))
        .containsExactly(audit, late, early, same);
  }

  @Test
  void shouldCountALostJobThatWasAskedForAgainAsOpen() throws Exception {
    List<HistoryEvent> lost =
        List.of(transition("r", null, "LOST", 1), event(Kind.COMPLETION, "r", null, "LOST", 1));
    assertThat(HistoryDocument.of(history(lost)).path("outcome").asText()).isEqualTo("LOST");
    assertThat(HistoryDocument.of(history(lost)).path("duration_ms").isNull())
        .as("it was first observed at its end")
        .isTrue();
    List<HistoryEvent> again =
        List.of(lost.get(0), lost.get(1), transition("r", null, "RUNNING", 5));
    JsonNode json = HistoryDocument.of(history(again));
    assertThat(json.path("outcome").isNull()).isTrue();
    assertThat(json.path("status").asText()).isEqualTo("RUNNING");
    assertThat(json.path("jobs").get(0).path("stages").get(0).path("duration_ms").asInt())
        .isEqualTo(4_000);
  }

  /** Events can come from external producers, so their times can have any value. */
  @Test
  void shouldTellOfAJobWhoseTimesAreOutOfRange() throws Exception {
    HistoryEvent begun = transition("r", null, "RUNNING", 1);
    HistoryEvent ended = transition("r", null, "SUCCESS", 2);
    ObjectNode data = (ObjectNode) ended.event().data();
    data.put("observed_at", "+1000000000-12-31T23:59:59Z");
    data.put("begin_time", "-1000000000-01-01T00:00:00Z");
    data.put("end_time", "+1000000000-12-31T23:59:59Z");

    JsonNode json = HistoryDocument.of(history(List.of(begun, ended)));

    assertThat(json.path("status").asText()).isEqualTo("SUCCESS");
  }

  @Test
  void shouldReadAHintAndRefuseWhatIsNone() {
    String body =
        "{'job_id':'r','sequence':2,'requested_at':'2024-11-06T06:00:00.000Z','ended_at':null,"
            + "'jobs':[{'job_id':'r','stages':[{'status':'INIT','at':'2024-11-06T06:00:01.000Z'},"
            + "{'status':'RUNNING','at':'2024-11-06T06:00:02.000Z'}]}]}";
    SearchHint hint =
        SearchHint.read(body.replace('\'', '"').getBytes(java.nio.charset.StandardCharsets.UTF_8))
            .orElseThrow();
    assertThat(hint)
        .isEqualTo(
            new SearchHint(
                "r",
                2,
                List.of(
                    new SearchHint.Stage("r", "INIT", at(1)),
                    new SearchHint.Stage("r", "RUNNING", at(2))),
                at(0),
                null));
    assertThat(hint.complete()).isTrue();
    for (String other :
        List.of(
            "",
            "<html>",
            "[]",
            "{}",
            "{\"job_id\":\"a/b\",\"jobs\":[]}",
            "{\"job_id\":\"r\",\"jobs\":[{\"stages\":[{\"at\":\"then\"}]}]}")) {
      assertThat(SearchHint.read(other.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
          .isEmpty();
    }
  }

  @Test
  void shouldGoByItsSchemaEvenWithAlmostNothingKnown() throws Exception {
    JsonNode audit = HistoryDocument.of(history(List.of(event(Kind.AUDIT, "r", null, "", 1))));
    assertThat(HistorySchema.violations(audit.toString())).isEmpty();
    ((ObjectNode) audit).put("sequence", "one");
    assertThat(HistorySchema.violations(audit.toString())).isNotEmpty();
  }
}
