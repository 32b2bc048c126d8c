package dev.imsbridge.job;

import static dev.imsbridge.job.JobScript.job;
import static dev.imsbridge.job.Story.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Output.Status;
import org.junit.jupiter.api.Test;

/** Watches that end before their jobs, and GETs that fail for some time. */
class FoldLossTest {

  @Test
  void shouldPublishOneLossOfARootJobAndCloseAllWatchesOfItsTree() {
    Story story =
        Story.requested().answered(job(ROOT).running().with(job("told").running()).naming("asked"));
    assertThat(story.watched()).containsExactly(ROOT, "root/asked");

    story.notFound(ROOT);

    assertThat(story.lastTransitions()).containsExactly("root LOST");
    assertThat(story.lastTransition().previousStatus()).isEqualTo(JobStatus.RUNNING);
    assertThat(story.watched()).isEmpty();
    assertThat(story.completions())
        .singleElement()
        .satisfies(
            completion -> {
              assertThat(completion.outcome()).isEqualTo(JobOutcome.LOST);
              assertThat(completion.lostReason()).isEqualTo(LostReason.NOT_FOUND);
              assertThat(completion.state().status()).isEqualTo(JobStatus.LOST);
              assertThat(completion.state().details().failReason()).isEqualTo(Story.WHY);
            });
    assertThat(story.lastTransition().state().details().failReason())
        .as("an event says why a job counts as lost")
        .isEqualTo(Story.WHY);
    assertThat(story.last(Status.class))
        .extracting(status -> status.state().jobId() + " " + status.state().status())
        .containsExactly("root LOST");
  }

  @Test
  void shouldSayThatTheDeadlinePassed() {
    Story story = Story.requested().expired(ROOT);

    assertThat(story.completions().get(0).lostReason()).isEqualTo(LostReason.EXPIRED);
    assertThat(story.lastTransition().previousStatus()).isNull();
  }

  @Test
  void shouldHearNothingMoreOfALostTree() {
    Story story =
        Story.requested().answered(job(ROOT).running().with(job("a").running())).notFound(ROOT);
    JobTree before = story.tree();

    story.answered(job(ROOT).success().with(job("a").success()));
    assertThat(story.lastAudited()).containsExactly("root observation.late");
    story.answered(job("a").success());
    assertThat(story.lastAudited()).containsExactly("a observation.late");
    story.notFound("a").expired(ROOT).faulted(ROOT, "auth", "401").recovered("a");

    assertThat(story.tree()).isEqualTo(before);
    assertThat(story.transitions()).hasSize(3).endsWith("root LOST");
    assertThat(story.completions()).hasSize(1);
  }

  @Test
  void shouldWaitWithASubJobItLostUntilTheRootJobHasEnded() {
    Story story = Story.requested().answered(job(ROOT).running().naming("a"));
    assertThat(story.watched()).containsExactly(ROOT, "root/a");

    story.notFound("a");
    assertThat(story.lastTransitions()).isEmpty();
    assertThat(story.watched()).containsExactly(ROOT);

    story.answered(job(ROOT).success().naming("a"));
    assertThat(story.lastTransitions()).containsExactly("root SUCCESS", "a LOST");
    assertThat(story.completions()).hasSize(1);
    assertThat(story.completions().get(0).outcome()).isEqualTo(JobOutcome.SUCCEEDED);
    assertThat(story.completions().get(0).subJobs())
        .extracting(Output.SubJob::status)
        .containsExactly(JobStatus.LOST);
    assertThat(story.completions().get(0).subJobs().get(0).details().failReason())
        .isEqualTo(Story.WHY);
  }

  /**
   * Protects against a loss reason that is published as the fail reason of a job described later.
   */
  @Test
  void shouldForgetWhyASubJobWasGivenUpWhenItIsDescribedAgain() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().naming("a"))
            .answered(job("a").running())
            .notFound("a");
    assertThat(story.tree().nodes().get("a").details().failReason()).isEqualTo(Story.WHY);

    story.answered(job(ROOT).running().with(job("a").running()));
    assertThat(story.tree().nodes().get("a").polling().givenUp()).isNull();
    assertThat(story.tree().nodes().get("a").details().failReason()).isNull();
    assertThat(story.lastTransitions()).isEmpty();
  }

  @Test
  void shouldSayThatTheRequestWasTakenBack() {
    Story story = Story.requested().cancel();
    assertThat(story.lastTransition().state().details().failReason())
        .isEqualTo("the request was cancelled");
  }

  @Test
  void shouldTakeTheRootsWordForASubJobWhoseOwnWatchWasGivenUp() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().naming("a"))
            .notFound("a")
            .answered(job(ROOT).success().with(job("a").success()));

    assertThat(story.transitions()).containsExactly("root RUNNING", "a SUCCESS", "root SUCCESS");
    assertThat(story.completions()).hasSize(1);
  }

  @Test
  void shouldLoseASubJobThatOutlivesItsSettlingTime() {
    Story story =
        Story.requested().answered(job(ROOT).success().with(job("a").running())).expired("a");

    assertThat(story.transitions()).containsExactly("a RUNNING", "root SUCCESS", "a LOST");
    assertThat(story.lastTransition().state().parentJobId()).isEqualTo(ROOT);
    assertThat(story.completions()).hasSize(1);
    assertThat(story.watched()).isEmpty();
  }

  @Test
  void shouldHearNothingMoreOfALostSubJob() {
    Story story =
        Story.requested()
            .answered(job(ROOT).success().with(job("a").running(), job("b").running()))
            .notFound("a")
            .answered(job("a").success());

    assertThat(story.lastAudited()).containsExactly("a observation.late");

    story.answered(job("b").success().with(job("a").success()));
    assertThat(story.lastTransitions()).containsExactly("b SUCCESS");
    assertThat(story.completions()).hasSize(1);
  }

  @Test
  void shouldAuditOnceWhenAWatchDegradesAndOnceWhenItRecovers() {
    Story story = Story.requested().faulted(ROOT, "transient", "HTTP 502");
    assertThat(story.lastAudited()).containsExactly("root watch.degraded");

    story.faulted(ROOT, "transient", "HTTP 504");
    assertThat(story.last()).isEmpty();

    story.faulted(ROOT, "throttled", "HTTP 429");
    assertThat(story.lastAudited()).containsExactly("root watch.degraded");

    story.recovered(ROOT);
    assertThat(story.lastAudited()).containsExactly("root watch.recovered");

    story.recovered(ROOT);
    assertThat(story.last()).isEmpty();
    assertThat(story.watched()).containsExactly(ROOT);
    assertThat(story.transitions()).isEmpty();
  }

  @Test
  void shouldTakeAnAnswerAsProofThatTheGetWorksAgain() {
    Story story = Story.requested().faulted(ROOT, "auth", "HTTP 401").answered(job(ROOT).running());

    assertThat(story.lastAudited())
        .containsExactly("root watch.recovered", "root transition.published");
  }

  @Test
  void shouldKeepAFaultInMindWhenAWatchIsGivenLessTime() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().naming("a"))
            .faulted("a", "transient", "HTTP 502")
            .answered(job(ROOT).success().naming("a"));
    assertThat(story.lastAudited()).contains("a watch.opened");

    story.faulted("a", "transient", "HTTP 502");
    assertThat(story.last()).isEmpty();
  }

  @Test
  void shouldNotTakeAFaultForAWatchThatIsClosed() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().with(job("a").running()))
            .faulted("a", "transient", "HTTP 502");
    assertThat(story.lastAudited()).containsExactly("a observation.late");

    story.notFound("a");
    assertThat(story.lastAudited()).containsExactly("a observation.late");
    assertThat(story.tree().nodes().get("a").polling().givenUp()).isNull();
  }
}
