package dev.imsbridge.job;

import static dev.imsbridge.job.JobScript.job;
import static dev.imsbridge.job.Story.BEGIN;
import static dev.imsbridge.job.Story.PROJECT;
import static dev.imsbridge.job.Story.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.JobRequest.Correlation;
import dev.imsbridge.job.Output.Completion;
import dev.imsbridge.job.Output.Status;
import dev.imsbridge.job.Output.Transition;
import dev.imsbridge.job.Output.WatchOpened;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The effects of new and of repeated requests. */
class FoldRequestTest {
  private static final JobRequest LABELLED =
      new JobRequest(
          ROOT,
          PROJECT,
          new TreeMap<>(Map.of("order", "4711")),
          Duration.ofHours(6),
          new Correlation("00-trace", "state", "mine"));

  @Test
  void shouldOpenAWatchForANewJobAndPublishNothingYet() {
    Story story = Story.untold().request();

    assertThat(story.last(WatchOpened.class))
        .extracting(WatchOpened::watch)
        .containsExactly(
            new Watch(
                ROOT,
                ROOT,
                PROJECT,
                null,
                1,
                BEGIN,
                BEGIN.plus(FoldRules.DEFAULTS.watchDeadline())));
    assertThat(story.lastAudited()).containsExactly("root request.accepted", "root watch.opened");
    assertThat(story.last()).hasSize(3);
  }

  @Test
  void shouldGiveTheJobTheTimeItsRequestAsksFor() {
    Story story = Story.untold().request(LABELLED);

    assertThat(story.watch(ROOT).deadlineAt()).isEqualTo(BEGIN.plus(Duration.ofHours(6)));
  }

  @Test
  void shouldCarryLabelsAndCorrelationToEveryEvent() {
    Story story =
        Story.untold().request(LABELLED).answered(job(ROOT).success().with(job("child").success()));

    assertThat(story.all(Transition.class))
        .hasSize(2)
        .allSatisfy(
            transition -> {
              assertThat(transition.state().labels()).containsOnly(Map.entry("order", "4711"));
              assertThat(transition.correlation()).isEqualTo(LABELLED.correlation());
            });
    assertThat(story.completions())
        .singleElement()
        .satisfies(
            completion -> {
              assertThat(completion.state().labels()).containsOnly(Map.entry("order", "4711"));
              assertThat(completion.correlation()).isEqualTo(LABELLED.correlation());
            });
  }

  @Test
  void shouldOpenNoSecondWatchForAJobThatIsWatched() {
    Story story = Story.requested().request();

    assertThat(story.last()).hasSize(1);
    assertThat(story.lastAudited()).containsExactly("root request.duplicate");
    assertThat(story.watched()).containsExactly(ROOT);
  }

  @Test
  void shouldLetLabelsAndDeadlineOfTheFirstRequestStand() {
    Story story = Story.requested();
    JobTree before = story.tree();

    story.request(LABELLED);

    assertThat(story.tree()).isEqualTo(before);
  }

  @Test
  void shouldPublishNothingAgainForAJobThatHasEndedAndIsKnown() {
    Story story = Story.requested().answered(job(ROOT).success());
    JobTree before = story.tree();

    story.request();

    assertThat(story.lastAudited()).containsExactly("root request.duplicate");
    assertThat(story.last()).hasSize(1);
    assertThat(story.tree()).isEqualTo(before);
  }

  @Test
  void shouldGiveUpAJobWhoseRequestIsTakenBack() {
    Story story = Story.requested().answered(job(ROOT).running()).cancel();

    assertThat(story.lastTransitions()).containsExactly("root LOST");
    assertThat(story.watched()).isEmpty();
    assertThat(story.completions())
        .singleElement()
        .satisfies(
            completion -> {
              assertThat(completion.outcome()).isEqualTo(JobOutcome.LOST);
              assertThat(completion.lostReason()).isEqualTo(LostReason.CANCELLED);
            });
    assertThat(story.lastAudited().get(0)).isEqualTo("root request.cancelled");
  }

  @Test
  void shouldOnlyNoteThatThereIsNothingToCancel() {
    Story unknown = Story.untold().cancel();
    assertThat(unknown.tree()).isNull();
    assertThat(unknown.last()).hasSize(1);
    assertThat(unknown.lastAudited()).containsExactly("root request.cancelled");

    Story ended = Story.requested().answered(job(ROOT).fail("E", "r"));
    JobTree before = ended.tree();
    ended.cancel();
    assertThat(ended.tree()).isEqualTo(before);
    assertThat(ended.last()).hasSize(1);

    Story lost = Story.requested().cancel().cancel();
    assertThat(lost.last()).hasSize(1);
    assertThat(lost.completions()).hasSize(1);
  }

  @Test
  void shouldGiveUpTheSubJobsStillAwaitedWhenTheRequestOfAnEndedJobIsTakenBack() {
    Story story =
        Story.requested()
            .answered(job(ROOT).success().with(job("a").running(), job("b").success()))
            .cancel();

    assertThat(story.lastTransitions()).containsExactly("a LOST");
    assertThat(story.watched()).isEmpty();
    assertThat(story.completions())
        .singleElement()
        .satisfies(
            completion -> {
              assertThat(completion.outcome()).isEqualTo(JobOutcome.SUCCEEDED);
              assertThat(completion.lostReason()).isNull();
            });
  }

  @Test
  void shouldWatchAJobAgainThatWasLost() {
    Story story = Story.requested().notFound(ROOT).after(Duration.ofHours(1)).request(LABELLED);

    assertThat(story.lastAudited()).containsExactly("root request.accepted", "root watch.opened");
    assertThat(story.watch(ROOT).generation()).isEqualTo(2);
    assertThat(story.watch(ROOT).openedAt()).isEqualTo(story.latest());
    assertThat(story.watch(ROOT).deadlineAt()).isEqualTo(story.latest().plus(Duration.ofHours(6)));
    assertThat(story.tree().request()).isEqualTo(LABELLED);
  }

  @Test
  void shouldNotPublishAgainWhatWasPublishedBeforeTheLoss() {
    Story story =
        Story.requested()
            .answered(job(ROOT).init())
            .answered(job(ROOT).running().with(job("a").success()))
            .notFound(ROOT)
            .request()
            .answered(job(ROOT).init())
            .answered(job(ROOT).running().with(job("a").success()));

    assertThat(story.transitions())
        .containsExactly("root INIT", "a SUCCESS", "root RUNNING", "root LOST");

    story.answered(job(ROOT).success().with(job("a").success()));

    assertThat(story.lastTransitions()).containsExactly("root SUCCESS");
    assertThat(story.lastTransition().previousStatus()).isEqualTo(JobStatus.LOST);
    assertThat(story.lastTransition().state().sequence()).isEqualTo(5);
    assertThat(story.completions())
        .extracting(Completion::outcome)
        .containsExactly(JobOutcome.LOST, JobOutcome.SUCCEEDED);
    assertThat(story.completions().get(1).lostReason()).isNull();
    assertThat(story.watched()).isEmpty();
  }

  @Test
  void shouldSayTheStatusOfAJobAgainThatWasLostAndFound() {
    Story story = Story.requested().answered(job(ROOT).running()).notFound(ROOT).request();

    story.answered(job(ROOT).running());

    assertThat(story.last(Status.class))
        .singleElement()
        .satisfies(status -> assertThat(status.state().status()).isEqualTo(JobStatus.RUNNING));
    assertThat(story.lastTransitions()).isEmpty();
  }

  @Test
  void shouldPublishEachLossOfAJobUnderTheRequestThatWasLost() {
    Story story = Story.requested().notFound(ROOT).request().expired(ROOT);

    assertThat(story.transitions()).containsExactly("root LOST", "root LOST");
    assertThat(story.all(Transition.class)).extracting(Transition::request).doesNotHaveDuplicates();
    assertThat(story.completions())
        .extracting(Completion::lostReason)
        .containsExactly(LostReason.NOT_FOUND, LostReason.EXPIRED);
  }

  @Test
  void shouldNotEndANewWatchWithWordOfAnOldOne() {
    Story story = Story.requested().notFound(ROOT).request();

    story.gaveUp(ROOT, LostReason.EXPIRED, 1);

    assertThat(story.lastAudited()).containsExactly("root observation.late");
    assertThat(story.lastTransitions()).isEmpty();
    assertThat(story.watched()).containsExactly(ROOT);
  }

  @Test
  void shouldFollowTheSubJobsAgainOfAJobThatIsAskedForAgain() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().with(job("a").running(), job("b").success()))
            .expired(ROOT)
            .request();

    assertThat(story.watched()).containsExactly(ROOT, "root/a");

    story.answered(job(ROOT).success().with(job("a").success(), job("b").success()));

    assertThat(story.lastTransitions()).containsExactly("a SUCCESS", "root SUCCESS");
    assertThat(story.completions()).hasSize(2);
    assertThat(story.watched()).isEmpty();
  }

  @Test
  void shouldForgetATreeOnlyAfterItsTime() {
    Story story = Story.requested().answered(job(ROOT).success().with(job("a").success()));
    Duration week = Duration.ofDays(7);

    assertThat(story.tree().outlived(story.latest().plus(week).minusMillis(1), week)).isFalse();
    assertThat(story.tree().outlived(story.latest().plus(week), week)).isTrue();
    assertThat(Story.requested().tree().outlived(BEGIN.plus(week.multipliedBy(9)), week))
        .as("a job in flight is never forgotten")
        .isFalse();
    assertThat(story.tree().forgotten())
        .containsExactlyInAnyOrder(new Output.StatusCleared(ROOT), new Output.StatusCleared("a"));
  }

  // ---- requests that name different projects

  private static final ProjectRef ELSEWHERE = new ProjectRef("cn-east-3", "other");

  private static JobRequest in(ProjectRef project) {
    return new JobRequest(
        ROOT, project, new java.util.TreeMap<>(), null, JobRequest.Correlation.NONE);
  }

  /**
   * Protects against a lost job: the first request named the wrong project, and the second one,
   * with the right project, was only a duplicate.
   */
  @Test
  void shouldLookForAJobInTheNextProjectThatARequestNamed() {
    Story story = Story.requested().request(in(ELSEWHERE));
    assertThat(story.lastAudited()).containsExactly("root request.duplicate");

    story.notFound(ROOT);

    assertThat(story.transitions()).isEmpty();
    assertThat(story.audited()).contains("root request.redirected");
    assertThat(story.watch(ROOT).project()).isEqualTo(ELSEWHERE);
    assertThat(story.watch(ROOT).generation()).isEqualTo(2);
    story.answered(job(ROOT).success());
    assertThat(story.completions().get(0).state().project()).isEqualTo(ELSEWHERE);
  }

  @Test
  void shouldLoseAJobThatNoneOfTheProjectsKnows() {
    Story story = Story.requested().request(in(ELSEWHERE)).request(in(ELSEWHERE));
    story.notFound(ROOT).notFound(ROOT);

    assertThat(story.transitions()).containsExactly("root LOST");
    assertThat(story.watched()).isEmpty();
  }

  @Test
  void shouldStayWithTheProjectThatKnowsTheJob() {
    Story story = Story.requested().answered(job(ROOT).running()).request(in(ELSEWHERE));
    story.notFound(ROOT);

    assertThat(story.transitions()).containsExactly("root RUNNING", "root LOST");
  }

  /** Requests are read again if the consumer group loses its offsets. */
  @Test
  void shouldTakeTheVeryRequestOnceThoughItsJobWasLost() {
    Story story = Story.untold();
    Input.Requested request =
        new Input.Requested(new Evidence("requests", 0, 7), Story.BEGIN, Story.plainRequest());
    story.take(request).notFound(ROOT);

    story.take(request);

    assertThat(story.lastAudited()).containsExactly("root request.duplicate");
    assertThat(story.watched()).isEmpty();
    assertThat(story.request().watched()).containsExactly(ROOT);
  }
}
