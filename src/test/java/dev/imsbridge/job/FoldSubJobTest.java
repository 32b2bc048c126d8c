package dev.imsbridge.job;

import static dev.imsbridge.job.JobScript.job;
import static dev.imsbridge.job.Story.BEGIN;
import static dev.imsbridge.job.Story.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Output.Transition;
import dev.imsbridge.job.Output.WatchOpened;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sub-jobs: each follows the same rules independently, and only some are polled. */
class FoldSubJobTest {

  @Test
  void shouldPublishSubJobsBeforeTheirParentInListedOrder() {
    Story story =
        Story.requested()
            .answered(
                job(ROOT)
                    .running()
                    .with(
                        job("c").init(),
                        job("a").running().with(job("z").init(), job("y").success()),
                        job("b").success()));

    assertThat(story.transitions())
        .containsExactly("c INIT", "z INIT", "y SUCCESS", "a RUNNING", "b SUCCESS", "root RUNNING");
    assertThat(story.all(Transition.class))
        .extracting(transition -> transition.state().sequence())
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(story.all(Transition.class))
        .extracting(transition -> transition.state().parentJobId())
        .containsExactly(ROOT, "a", "a", ROOT, ROOT, null);
    assertThat(story.all(Transition.class))
        .allSatisfy(transition -> assertThat(transition.state().rootJobId()).isEqualTo(ROOT));
  }

  @Test
  void shouldApplyTheLatticeToEachSubJobOnItsOwn() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().with(job("a").running(), job("b").success()))
            .answered(job(ROOT).running().with(job("a").init(), job("b").fail("E", "r")))
            .answered(job(ROOT).running().with(job("a").fail("E", "r"), job("b").success()));

    assertThat(story.transitions())
        .containsExactly("a RUNNING", "b SUCCESS", "root RUNNING", "a FAIL");
    assertThat(story.audited()).contains("a answer.stale", "b answer.contradicting");
    assertThat(story.lastTransition().previousStatus()).isEqualTo(JobStatus.RUNNING);
  }

  @Test
  void shouldAskForASubJobThatIsNamedAndNotDescribed() {
    Story story =
        Story.requested().answered(job(ROOT).running().with(job("told").running()).naming("a"));

    assertThat(story.last(WatchOpened.class))
        .extracting(opened -> opened.watch().key())
        .containsExactly("root/a");
    assertThat(story.watch("root/a").generation()).isEqualTo(1);
    assertThat(story.watch("root/a").deadlineAt()).isEqualTo(story.watch(ROOT).deadlineAt());

    story.answered(job("a").success());
    assertThat(story.lastTransitions()).containsExactly("a SUCCESS");
    assertThat(story.watched()).containsExactly(ROOT);
  }

  @Test
  void shouldStopAskingForASubJobOnceItsParentDescribesIt() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().naming("a"))
            .answered(job(ROOT).running().with(job("a").running()));

    assertThat(story.watched()).containsExactly(ROOT);
    assertThat(story.lastTransitions()).containsExactly("a RUNNING");
  }

  @Test
  void shouldAskAgainForASubJobThatItsParentNoLongerDescribes() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().with(job("a").running()))
            .answered(job(ROOT).running().percent(5));

    assertThat(story.watched()).containsExactly(ROOT, "root/a");
  }

  @Test
  void shouldNotTakeAStaleAnswersWordForWhatIsDescribed() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().with(job("a").running()))
            .answered(job(ROOT).init());

    assertThat(story.watched()).containsExactly(ROOT);

    Story other =
        Story.requested()
            .answered(job(ROOT).running().naming("a"))
            .answered(job(ROOT).init().with(job("a").running()));

    assertThat(other.watched()).containsExactly(ROOT, "root/a");
    assertThat(other.lastTransitions())
        .as("what a stale answer says of a sub-job may still be news")
        .containsExactly("a RUNNING");
  }

  @Test
  void shouldAskForTheSubJobsThatWereUnfinishedWhenTheirRootEndedAndWaitForThem() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().type("t"))
            .answered(
                job(ROOT)
                    .success()
                    .with(job("a").running().type("sub"), job("b").success(), job("c").init()));

    assertThat(story.lastTransitions())
        .containsExactly("a RUNNING", "b SUCCESS", "c INIT", "root SUCCESS");
    assertThat(story.watched()).containsExactly("root/a", "root/c");
    assertThat(story.watch("root/a").jobType()).isEqualTo("sub");
    assertThat(story.watch("root/a").deadlineAt())
        .isEqualTo(story.latest().plus(FoldRules.DEFAULTS.settleDeadline()));
    assertThat(story.completions()).isEmpty();

    story.answered(job("c").success());
    assertThat(story.completions()).isEmpty();

    story.answered(job("a").fail("E", "r"));
    assertThat(story.completions())
        .singleElement()
        .satisfies(
            completion -> {
              assertThat(completion.state().sequence()).isEqualTo(7);
              assertThat(completion.outcome()).isEqualTo(JobOutcome.SUCCEEDED);
              assertThat(completion.subJobs())
                  .extracting(subJob -> subJob.jobId() + " " + subJob.status())
                  .containsExactly("a FAIL", "b SUCCESS", "c SUCCESS");
            });
    assertThat(story.watched()).isEmpty();
  }

  @Test
  void shouldGiveASubJobThatIsAskedForLessTimeOnceItsRootHasEnded() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().naming("a"))
            .after(Duration.ofHours(1))
            .answered(job(ROOT).success().naming("a"));

    assertThat(story.watch("root/a").deadlineAt())
        .isEqualTo(story.latest().plus(FoldRules.DEFAULTS.settleDeadline()));
    assertThat(story.watch("root/a").openedAt()).isBefore(story.latest());

    story.after(Duration.ofMinutes(5)).answered(job("a").running());
    assertThat(story.last(WatchOpened.class)).as("the time is not prolonged").isEmpty();
  }

  @Test
  void shouldGiveASubJobNoMoreTimeThanTheRequestAllowed() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().naming("a"))
            .after(FoldRules.DEFAULTS.watchDeadline().minusMinutes(1))
            .answered(job(ROOT).success().naming("a"));

    assertThat(story.watch("root/a").deadlineAt())
        .isEqualTo(BEGIN.plus(FoldRules.DEFAULTS.watchDeadline()));
  }

  @Test
  void shouldFollowSubJobsOfSubJobsThatAreAskedForOnTheirOwn() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().naming("a"))
            .answered(job("a").running().with(job("b").running()).naming("c"));

    assertThat(story.watched()).containsExactly(ROOT, "root/a", "root/c");

    story.answered(job("a").success().with(job("b").running()));
    assertThat(story.watched())
        .as("the parent that described it has ended")
        .containsExactly(ROOT, "root/b", "root/c");

    story.answered(job(ROOT).success());
    story.answered(job("b").success()).answered(job("c").success());
    assertThat(story.completions()).hasSize(1);
    assertThat(story.watched()).isEmpty();
  }

  @Test
  void shouldNotLetAJobBeItsOwnSubJob() {
    Story story =
        Story.requested()
            .answered(
                job(ROOT)
                    .running()
                    .with(job(ROOT).success(), job("a").running().with(job(ROOT).fail("E", "r")))
                    .naming(ROOT));

    assertThat(story.transitions()).containsExactly("a RUNNING", "root RUNNING");
    assertThat(story.watched()).containsExactly(ROOT);
    assertThat(story.tree().truncated()).isFalse();
  }

  @Test
  void shouldSurviveASubJobThatNamesItsParent() {
    Story story =
        Story.requested()
            .answered(
                job(ROOT)
                    .running()
                    .with(job("a").running().with(job("b").running().with(job("a").success()))));

    assertThat(story.transitions())
        .containsExactlyInAnyOrder("a SUCCESS", "b RUNNING", "root RUNNING");
    assertThat(story.tree().nodes().get("a").parentJobId()).isEqualTo(ROOT);
    assertThat(story.tree().nodes().get("b").parentJobId()).isEqualTo("a");
  }

  @Test
  void shouldNotLetTwoSubJobsVouchForEachOther() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().naming("a", "b"))
            .answered(job("a").running().with(job("b").running()))
            .answered(job("b").running().with(job("a").running()));

    assertThat(story.watched()).containsExactly(ROOT, "root/a", "root/b");
  }

  @Test
  void shouldKeepTheFirstParentOfASubJobThatSeveralClaim() {
    Story story =
        Story.requested()
            .answered(
                job(ROOT)
                    .running()
                    .with(job("a").running().with(job("x").init()), job("b").running())
                    .naming("x"))
            .answered(
                job(ROOT)
                    .running()
                    .with(job("a").running(), job("b").running().with(job("x").running())));

    assertThat(story.tree().nodes().get("x").parentJobId()).isEqualTo("a");
    assertThat(story.transitions()).containsOnlyOnce("x INIT", "x RUNNING");
    assertThat(story.watched()).containsExactly(ROOT);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {"../etc", "a/b", "root/x", "with blank", "#head"})
  void shouldLeaveOutASubJobWithoutAUsableIdAndSaySoOnce(String id) {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().with(job(id).running(), job("good").running()));

    assertThat(story.transitions()).containsExactly("good RUNNING", "root RUNNING");
    assertThat(story.lastAudited()).contains("root answer.truncated");
    assertThat(story.tree().nodes()).containsOnlyKeys(ROOT, "good");

    story.answered(job(ROOT).running().percent(1).with(job(id).success()));
    assertThat(story.lastAudited()).doesNotContain("root answer.truncated");
  }

  /** Two services of a cloud may spell one id differently. */
  @Test
  void shouldTakeAnIdInAnotherCaseForTheSameSubJob() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().with(job("ff80").running(), job("FF80").running()))
            .answered(job(ROOT).success().with(job("Ff80").success()).naming("fF80"));

    assertThat(story.tree().nodes()).containsOnlyKeys(ROOT, "ff80");
    assertThat(story.transitions())
        .containsExactly("ff80 RUNNING", "root RUNNING", "ff80 SUCCESS", "root SUCCESS");
    assertThat(story.completions()).hasSize(1);
  }

  @Test
  void shouldBoundTheNumberOfSubJobs() {
    FoldRules rules = new FoldRules(Duration.ofDays(1), Duration.ofMinutes(1), 3, 8);
    Story story =
        Story.untold(rules)
            .request()
            .answered(
                job(ROOT)
                    .running()
                    .with(job("a").running(), job("b").running())
                    .naming("c", "d", "e"));

    assertThat(story.tree().nodes()).containsOnlyKeys(ROOT, "a", "b", "c");
    assertThat(story.tree().truncated()).isTrue();
    assertThat(story.lastAudited()).containsOnlyOnce("root answer.truncated");

    story.answered(
        job(ROOT)
            .success()
            .with(job("a").success(), job("b").success(), job("c").success(), job("d").running()));
    assertThat(story.completions()).as("what is left out holds nothing up").hasSize(1);
  }

  @Test
  void shouldBoundTheDepthOfSubJobs() {
    FoldRules rules = new FoldRules(Duration.ofDays(1), Duration.ofMinutes(1), 99, 2);
    Story story =
        Story.untold(rules)
            .request()
            .answered(
                job(ROOT)
                    .running()
                    .with(
                        job("a")
                            .running()
                            .with(job("b").running().with(job("c").running()).naming("d"))));

    assertThat(story.tree().nodes()).containsOnlyKeys(ROOT, "a", "b");
    assertThat(story.tree().truncated()).isTrue();
  }

  /** A sub-job that is polled on its own is as deep in the tree as before. */
  @Test
  void shouldCountTheDepthOfASubJobFromTheRoot() {
    FoldRules rules = new FoldRules(Duration.ofDays(1), Duration.ofMinutes(1), 99, 2);
    Story story =
        Story.untold(rules)
            .request()
            .answered(job(ROOT).running().naming("a"))
            .answered(job("a").running().with(job("b").running().with(job("c").running())));

    assertThat(story.tree().nodes()).containsOnlyKeys(ROOT, "a", "b");
  }

  @Test
  void shouldTakeNothingMoreOutOfAnAnswerTheSecondTime() {
    FoldRules rules = new FoldRules(Duration.ofDays(1), Duration.ofMinutes(1), 99, 2);
    JobScript answer =
        job(ROOT)
            .running()
            .with(
                job("a").running().with(job("b").running().with(job("c").success())),
                job("c").init());
    Story story = Story.untold(rules).request().answered(answer);
    List<String> once = story.transitions();

    story.answered(answer);

    assertThat(story.transitions())
        .as("what was too deep when it was news is too deep when it is known")
        .isEqualTo(once);
  }

  @Test
  void shouldTakeASubJobThatIsListedTwiceForOne() {
    Story story =
        Story.requested()
            .answered(
                job(ROOT)
                    .running()
                    .with(job("a").running(), job("a").success(), job("a").running())
                    .naming("a"));

    assertThat(story.transitions()).containsExactly("a RUNNING", "a SUCCESS", "root RUNNING");
    assertThat(story.tree().nodes()).containsOnlyKeys(ROOT, "a");
  }

  @Test
  void shouldKeepWatchingASubJobOfAnUnknownStatusUntilItsRootHasEnded() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().with(job("a").is("QUEUED")))
            .answered(job(ROOT).success().with(job("a").is("QUEUED")));

    assertThat(story.audited().stream().filter("a answer.unknown-status"::equals)).hasSize(1);
    assertThat(story.watched()).containsExactly("root/a");

    story.expired("a");
    assertThat(story.lastTransitions()).containsExactly("a LOST");
    assertThat(story.completions()).hasSize(1);
  }

  @Test
  void shouldWaitForASubJobThatWasGivenUpAndIsToldOfAgain() {
    Story news =
        Story.requested()
            .answered(job(ROOT).running().naming("a"))
            .notFound("a")
            .answered(job(ROOT).running().with(job("a").running()));
    Story oldNews =
        Story.requested()
            .answered(job(ROOT).running().with(job("a").running()))
            .answered(job(ROOT).running().percent(5))
            .notFound("a")
            .answered(job(ROOT).running().with(job("a").running()));

    for (Story story : List.of(news, oldNews)) {
      assertThat(story.watched()).containsExactly(ROOT);
      story.answered(job(ROOT).success());
      assertThat(story.lastTransitions()).containsExactly("root SUCCESS");
      assertThat(story.watched()).containsExactly("root/a");
      story.answered(job("a").success());
      assertThat(story.completions()).hasSize(1);
      assertThat(story.transitions()).doesNotContain("a LOST");
    }
  }

  @Test
  void shouldLoseASubJobThatWasGivenUpAndIsOnlyNamedSince() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().naming("a"))
            .notFound("a")
            .answered(job(ROOT).success().naming("a"));

    assertThat(story.lastTransitions()).containsExactly("root SUCCESS", "a LOST");
    assertThat(story.completions()).hasSize(1);
  }

  @Test
  void shouldNotLetALateAnswerVouchForSubJobsThatAnotherTellsOf() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().naming("a"))
            .answered(job("a").running().with(job("b").running()))
            .answered(job(ROOT).running().with(job("a").running().with(job("b").running())));
    assertThat(story.watched()).containsExactly(ROOT);

    story.answered(job("a").running().percent(5).with(job("b").running()));

    assertThat(story.watched()).containsExactly(ROOT);
  }

  @Test
  void shouldCloseEachWatchItEverOpened() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().naming("a", "b", "c"))
            .answered(job(ROOT).running().with(job("a").running()).naming("b", "c"))
            .answered(job("b").success())
            .answered(job(ROOT).success());
    assertThat(story.watched()).containsExactly("root/a", "root/c");

    story.answered(job("a").success()).notFound("c");

    assertThat(story.watched()).isEmpty();
    assertThat(story.tree().watches()).isEmpty();
    assertThat(story.completions())
        .extracting(completion -> completion.subJobs().stream().map(Output.SubJob::status).toList())
        .containsExactly(List.of(JobStatus.SUCCESS, JobStatus.SUCCESS, JobStatus.LOST));
  }

  /** An object that contains only an id describes nothing. */
  @Test
  void shouldAskForASubJobThatIsListedWithoutAStatus() {
    Story story =
        Story.requested().answered(job(ROOT).running().with(job("a").is(null), job("b").running()));

    assertThat(story.watched()).containsExactly(ROOT, "root/a");
  }

  /** Protects against a poller that learns late that its watch was closed. */
  @Test
  void shouldNotEndAWatchThatWasOpenedAgainForWhatIsSaidOfTheEarlierOne() {
    Story story = Story.requested().answered(job(ROOT).running().naming("a"));
    int earlier = story.watch("root/a").generation();
    story.answered(job(ROOT).running().with(job("a").running()));
    assertThat(story.watched()).containsExactly(ROOT);
    story.answered(job(ROOT).running().percent(7).naming("a"));
    assertThat(story.watched()).containsExactly(ROOT, "root/a");

    story.gaveUp("a", LostReason.NOT_FOUND, earlier);

    assertThat(story.lastAudited()).containsExactly("a observation.late");
    assertThat(story.watched()).containsExactly(ROOT, "root/a");
  }

  /** The second of two equal answers must not change the watches. */
  @Test
  void shouldNotWatchASubJobThatALateAnswerOfAWatchedOneDescribes() {
    Story story = Story.requested().answered(job(ROOT).running().naming("a")).expired("a");
    assertThat(story.watched()).containsExactly(ROOT);

    story.answered(job("a").running().with(job("b").running()));
    assertThat(story.watched()).containsExactly(ROOT, "root/a");

    story.answered(job("a").running().with(job("b").running()));
    assertThat(story.watched()).containsExactly(ROOT, "root/a");
  }
}
