package dev.imsbridge.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.history.HistoryEvent.Kind;
import dev.imsbridge.job.Evidence;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which events belong to the latest watch of a job. */
class LatestWatchTest {
  private static final String NEW = "the job is new";
  private static final String LOST = "the job was lost and is requested again";

  /** A transition based on the observation with the given offset. */
  private static HistoryEvent transition(int sequence, long observation) {
    ObjectNode data = data(observation);
    data.put("sequence", sequence);
    return event(Kind.TRANSITION, data);
  }

  private static HistoryEvent decision(String what, String why, long observation) {
    ObjectNode data = data(observation);
    data.put("what", what).put("why", why);
    data.putObject("evidence").put("topic", "requests").put("partition", 0).put("offset", 99);
    data.putObject("input").put("topic", "o").put("partition", 0).put("offset", observation);
    return event(Kind.AUDIT, data);
  }

  private static ObjectNode data(long observation) {
    ObjectNode data = PublishedEvent.JSON.createObjectNode();
    data.putObject("evidence").put("topic", "o").put("partition", 0).put("offset", observation);
    return data;
  }

  private static HistoryEvent event(Kind kind, ObjectNode data) {
    ObjectNode event = PublishedEvent.JSON.createObjectNode();
    event.set("data", data);
    return new HistoryEvent(kind, new PublishedEvent(event), new Evidence("t", 0, 0));
  }

  @Test
  void shouldTakeAllOfAJobThatWasNeverForgotten() {
    List<HistoryEvent> transitions = List.of(transition(1, 1), transition(2, 2), transition(3, 9));
    List<HistoryEvent> audit =
        List.of(
            decision("request.accepted", NEW, 0),
            decision("transition.published", "", 1),
            decision("request.accepted", LOST, 8));
    assertThat(LatestWatch.last(transitions, audit))
        .isEqualTo(new LatestWatch(transitions, audit, false));
    assertThat(LatestWatch.last(transitions, List.of()))
        .isEqualTo(new LatestWatch(transitions, List.of(), false));
    assertThat(LatestWatch.last(List.of(), audit))
        .isEqualTo(new LatestWatch(List.of(), audit, false));
    assertThat(LatestWatch.last(List.of(), List.of()))
        .isEqualTo(new LatestWatch(List.of(), List.of(), false));
  }

  @Test
  void shouldBeginWhereEventsAreCountedFromOneAgainAndTheJobIsNewAgain() {
    List<HistoryEvent> transitions =
        List.of(transition(1, 1), transition(2, 2), transition(1, 11), transition(1, 21));
    List<HistoryEvent> audit =
        List.of(
            decision("request.accepted", NEW, 0),
            decision("request.accepted", NEW, 10),
            decision("observation.late", "the job is not known", 12),
            decision("request.accepted", NEW, 20),
            decision("request.duplicate", "the job is watched already", 22));
    assertThat(LatestWatch.last(transitions, audit))
        .isEqualTo(new LatestWatch(transitions.subList(3, 4), audit.subList(3, 5), true));
    assertThat(LatestWatch.last(transitions, List.of()))
        .isEqualTo(new LatestWatch(transitions.subList(3, 4), List.of(), true));
  }

  @Test
  void shouldNotHideWhatWasDecidedBeforeTheJobWasAskedFor() {
    HistoryEvent cancelled = decision("request.cancelled", "nothing to cancel", 0);
    HistoryEvent accepted = decision("request.accepted", NEW, 1);
    assertThat(LatestWatch.last(List.of(), List.of(cancelled)))
        .isEqualTo(new LatestWatch(List.of(), List.of(cancelled), false));
    assertThat(LatestWatch.last(List.of(), List.of(cancelled, accepted)))
        .isEqualTo(new LatestWatch(List.of(), List.of(accepted), true));
  }

  /** Transitions of an earlier watch do not belong to one that has just started. */
  @Test
  void shouldHoldNoTransitionsOfAnEarlierLifeWhileNoneIsPublished() {
    List<HistoryEvent> transitions = List.of(transition(1, 1), transition(2, 2));
    HistoryEvent first = decision("request.accepted", NEW, 0);
    HistoryEvent again = decision("request.accepted", NEW, 10);
    assertThat(LatestWatch.last(transitions, List.of(first, again)))
        .isEqualTo(new LatestWatch(List.of(), List.of(again), true));
    // The audit can have a shorter retention.
    assertThat(LatestWatch.last(transitions, List.of(again)))
        .isEqualTo(new LatestWatch(List.of(), List.of(again), true));
  }
}
