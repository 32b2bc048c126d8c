package dev.imsbridge.job;

import static dev.imsbridge.job.JobScript.job;
import static dev.imsbridge.job.Story.PROJECT;
import static dev.imsbridge.job.Story.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Output.Audited;
import dev.imsbridge.job.Output.Completion;
import dev.imsbridge.job.Output.Status;
import dev.imsbridge.job.Output.Transition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a status is published, and with which data. */
class FoldTransitionTest {

  @Test
  void shouldPublishEachStatusOnceAsTheJobRises() {
    Story story =
        Story.requested()
            .answered(job(ROOT).init())
            .answered(job(ROOT).running())
            .answered(job(ROOT).success());

    assertThat(story.transitions()).containsExactly("root INIT", "root RUNNING", "root SUCCESS");
    assertThat(story.all(Transition.class))
        .extracting(Transition::previousStatus)
        .containsExactly(null, JobStatus.INIT, JobStatus.RUNNING);
    assertThat(story.all(Transition.class))
        .extracting(transition -> transition.state().sequence())
        .containsExactly(1L, 2L, 3L);
  }

  /** The type shows a poller that takes over that IMS has described the job before. */
  @Test
  void shouldNameTheTypeInTheWatchOnceItIsKnown() {
    Story story = Story.requested();
    assertThat(story.watch(ROOT).jobType()).isNull();
    story
        .answered(job(ROOT).init())
        .answered(job(ROOT).type("imsImportImageJob").running())
        .answered(job(ROOT).type("imsImportImageJob").percent(50).running());
    assertThat(story.watch(ROOT).jobType()).isEqualTo("imsImportImageJob");
    assertThat(story.all(Output.WatchOpened.class)).hasSize(2);
    assertThat(story.all(Audited.class))
        .filteredOn(entry -> entry.what() == Decision.WATCH_OPENED)
        .extracting(Audited::why)
        .containsExactly(
            "no answer about another job describes this one",
            "an answer names the type of the job");
  }

  @Test
  void shouldRememberWhenEachStatusWasSeen() {
    Story story = Story.requested().answered(job(ROOT).init()).answered(job(ROOT).success());

    assertThat(story.tree().root().stages())
        .isEqualTo(
            story.all(Transition.class).stream()
                .map(Transition::state)
                .map(state -> new JobNode.Stage(state.status(), state.observedAt()))
                .toList())
        .hasSize(2);
    assertThat(story.tree().acceptance().requestedAt())
        .isBefore(story.lastTransition().state().observedAt());
  }

  @ParameterizedTest
  @CsvSource({"INIT,SUCCESS", "INIT,FAIL", "RUNNING,FAIL"})
  void shouldSaySoWhenAStatusWasSkippedAndInventNone(String first, String second) {
    Story story = Story.requested().answered(job(ROOT).is(first)).answered(job(ROOT).is(second));

    assertThat(story.transitions()).containsExactly("root " + first, "root " + second);
    assertThat(story.lastTransition().previousStatus()).isEqualTo(JobStatus.valueOf(first));
  }

  @ParameterizedTest
  @ValueSource(strings = {"success", " SUCCESS ", "SucCess"})
  void shouldReadAStatusInAnyCase(String word) {
    assertThat(Story.requested().answered(job(ROOT).is(word)).transitions())
        .containsExactly("root SUCCESS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INIT", "RUNNING", "SUCCESS", "FAIL"})
  void shouldPublishNothingForTheSameAnswerAgain(String status) {
    Story story = Story.requested().answered(job(ROOT).is(status));
    JobTree before = story.tree();

    story.answered(job(ROOT).is(status));

    boolean ended = JobStatus.valueOf(status).terminal();
    assertThat(story.last())
        .as("only who asks for an ended job is told again that it is not watched")
        .isEqualTo(ended ? List.of(new Output.WatchClosed(ROOT)) : List.of());
    assertThat(story.tree()).isEqualTo(before);
  }

  @Test
  void shouldRefreshTheStatusWhenAnEqualStatusTellsMore() {
    Story story = Story.requested().answered(job(ROOT).running().percent(10));

    story.answered(job(ROOT).running().percent(90));

    assertThat(story.lastTransitions()).isEmpty();
    assertThat(story.last(Status.class))
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.state().entities()).contains("0.9");
              assertThat(status.state().sequence()).isEqualTo(1);
            });
  }

  @ParameterizedTest
  @CsvSource({"RUNNING,INIT", "SUCCESS,INIT", "SUCCESS,RUNNING", "FAIL,RUNNING"})
  void shouldPublishNothingForALowerStatusAndAuditItAsStale(String known, String said) {
    Story story =
        Story.requested()
            .answered(job(ROOT).is(known).naming("pending"))
            .answered(job(ROOT).is(said));

    assertThat(story.lastTransitions()).isEmpty();
    assertThat(story.last(Status.class)).isEmpty();
    assertThat(story.last(Audited.class))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.what()).isEqualTo(Decision.ANSWER_STALE);
              assertThat(entry.details())
                  .containsEntry("known_status", known)
                  .containsEntry("answered_status", said);
              assertThat(entry.bodySha256()).isNotNull();
            });
  }

  @ParameterizedTest
  @CsvSource({"SUCCESS,FAIL", "FAIL,SUCCESS"})
  void shouldPublishNothingForASecondEndAndAuditTheContradiction(String first, String second) {
    Story story = Story.requested().answered(job(ROOT).is(first)).answered(job(ROOT).is(second));

    assertThat(story.transitions()).containsExactly("root " + first);
    assertThat(story.lastAudited()).containsExactly("root answer.contradicting");
    assertThat(story.completions()).hasSize(1);
  }

  @Test
  void shouldAuditAnUnknownStatusOnceAndGoOnWatching() {
    Story story = Story.requested().answered(job(ROOT).running()).answered(job(ROOT).is("PAUSED"));

    assertThat(story.lastTransitions()).isEmpty();
    assertThat(story.lastAudited()).containsExactly("root answer.unknown-status");
    assertThat(story.watched()).containsExactly(ROOT);

    story.answered(job(ROOT).is("PAUSED").percent(3));
    assertThat(story.last()).isEmpty();

    story.answered(job(ROOT).is("FROZEN"));
    assertThat(story.lastAudited()).containsExactly("root answer.unknown-status");

    story.answered(job(ROOT).success());
    assertThat(story.lastTransitions()).containsExactly("root SUCCESS");
    assertThat(story.lastTransition().previousStatus()).isEqualTo(JobStatus.RUNNING);
  }

  @Test
  void shouldAuditAMissingStatusOnceAsOneItDoesNotKnow() {
    Story story = Story.requested().answered(job(ROOT).is(null)).answered(job(ROOT).is(null));

    assertThat(story.audited().stream().filter("root answer.unknown-status"::equals)).hasSize(1);
    assertThat(story.watched()).containsExactly(ROOT);
  }

  @Test
  void shouldBoundWhatItRemembersOfUnknownStatuses() {
    Story story = Story.requested();
    for (int i = 0; i < 100; i++) {
      story.answered(job(ROOT).is("W" + i + "x".repeat(1000)));
    }

    assertThat(story.tree().root().answers().unknownStatuses())
        .hasSizeLessThan(20)
        .allSatisfy(word -> assertThat(word).hasSizeLessThanOrEqualTo(64));
  }

  @Test
  void shouldPublishWhatTheAnswerTells() {
    Story story =
        Story.requested()
            .answered(
                job(ROOT)
                    .fail("IMG.0081", "no space")
                    .type("imsImportImageJob")
                    .began("2024-11-06T06:00:00Z")
                    .ended("2024-11-06T06:00:01.5Z")
                    .image("image-1"));

    assertThat(story.lastTransition().state())
        .isEqualTo(
            new JobState(
                ROOT,
                ROOT,
                null,
                "imsImportImageJob",
                PROJECT,
                JobStatus.FAIL,
                1,
                new JobTimes(
                    Instant.parse("2024-11-06T06:00:00Z"), Instant.parse("2024-11-06T06:00:01.5Z")),
                story.latest(),
                new JobDetails("IMG.0081", "no space", List.of("image-1")),
                "{\"image_id\":\"image-1\"}",
                new java.util.TreeMap<>(),
                new Evidence("observations", 0, 1)));
    assertThat(story.last(Status.class))
        .extracting(Status::state)
        .containsExactly(story.lastTransition().state());
  }

  @Test
  void shouldKeepTheTimesAndTypeThatALaterAnswerLeavesOut() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().type("t").began("2024-11-06T06:00:00Z"))
            .answered(job(ROOT).success());

    assertThat(story.lastTransition().state().jobType()).isEqualTo("t");
    assertThat(story.lastTransition().state().times().beginTime())
        .isEqualTo("2024-11-06T06:00:00Z");
  }

  @Test
  void shouldAuditEachTransitionWithTheBodyItRestsOn() {
    Story story = Story.requested().answered(job(ROOT).running());

    assertThat(story.last(Audited.class))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.what()).isEqualTo(Decision.TRANSITION_PUBLISHED);
              assertThat(entry.bodySha256()).isEqualTo("sha-1");
              assertThat(entry.details()).isEqualTo(Map.of("status", "RUNNING", "sequence", "1"));
            });
  }

  @Test
  void shouldIgnoreWhatIsSaidOfAJobNobodyAskedFor() {
    Story story = Story.untold().answered(job(ROOT).success());

    assertThat(story.tree()).isNull();
    assertThat(story.lastAudited()).containsExactly("root observation.late");
    assertThat(story.last()).hasSize(2).contains(new Output.WatchClosed(ROOT));
  }

  @Test
  void shouldCompleteAJobWithAllThatIsKnownOfItsEnd() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().began("2024-11-06T06:00:00Z").with(job("a").running()))
            .answered(
                job(ROOT)
                    .success()
                    .type("imsImportOvaImageJob")
                    .ended("2024-11-06T06:10:00Z")
                    .image("whole")
                    .with(
                        job("a").success().type("imsImportImageJob").image("part"),
                        job("b").fail("IMG.1", "broken")));

    assertThat(story.last(Completion.class))
        .singleElement()
        .satisfies(
            completion -> {
              assertThat(completion.outcome()).isEqualTo(JobOutcome.SUCCEEDED);
              assertThat(completion.previousStatus()).isEqualTo(JobStatus.RUNNING);
              assertThat(completion.state().times().durationMs()).isEqualTo(600_000);
              assertThat(completion.state().jobId()).isEqualTo(ROOT);
              assertThat(completion.state().status()).isEqualTo(JobStatus.SUCCESS);
              assertThat(completion.state().sequence()).isEqualTo(5);
              assertThat(completion.state().details().imageIds()).containsExactly("whole", "part");
              assertThat(completion.subJobs())
                  .containsExactly(
                      new Output.SubJob(
                          "a",
                          ROOT,
                          "imsImportImageJob",
                          JobStatus.SUCCESS,
                          new JobDetails(null, null, List.of("part"))),
                      new Output.SubJob(
                          "b",
                          ROOT,
                          null,
                          JobStatus.FAIL,
                          new JobDetails("IMG.1", "broken", List.of())));
            });
  }

  @ParameterizedTest
  @CsvSource({"SUCCESS,SUCCEEDED", "FAIL,FAILED"})
  void shouldNameTheOutcomeAfterTheEnd(String status, JobOutcome outcome) {
    assertThat(Story.requested().answered(job(ROOT).is(status)).completions())
        .extracting(Completion::outcome)
        .containsExactly(outcome);
  }

  @Test
  void shouldGiveNoDurationWhereTheTimesMakeNone() {
    Story backwards =
        Story.requested()
            .answered(
                job(ROOT).success().began("2024-11-06T06:10:00Z").ended("2024-11-06T06:00:00Z"));
    Story open = Story.requested().answered(job(ROOT).success().began("2024-11-06T06:10:00Z"));

    assertThat(backwards.completions().get(0).state().times().durationMs()).isNull();
    assertThat(open.completions().get(0).state().times().durationMs()).isNull();
  }

  @Test
  void shouldPublishNothingOfAnEndedJobEver() {
    Story story = Story.requested().answered(job(ROOT).success());
    int before = story.transitions().size();

    for (String status : new String[] {"INIT", "RUNNING", "SUCCESS", "FAIL", "PAUSED"}) {
      story.answered(job(ROOT).is(status).percent(7).with(job("late").running()));
      assertThat(story.last(Status.class)).isEmpty();
    }
    story.notFound(ROOT).expired(ROOT).faulted(ROOT, "transient", "502").recovered(ROOT);

    assertThat(story.transitions()).hasSize(before);
    assertThat(story.completions()).hasSize(1);
    assertThat(story.watched()).isEmpty();
  }
}
