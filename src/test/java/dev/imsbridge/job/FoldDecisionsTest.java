package dev.imsbridge.job;

import static dev.imsbridge.job.JobScript.job;
import static dev.imsbridge.job.Story.PROJECT;
import static dev.imsbridge.job.Story.ROOT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Input.Repair;
import dev.imsbridge.job.Input.Table;
import dev.imsbridge.job.Output.Audited;
import dev.imsbridge.job.Output.Status;
import dev.imsbridge.job.Output.WatchClosed;
import dev.imsbridge.job.Output.WatchOpened;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The audit entries of each input, with reason and details. An auditor has nothing but these
 * entries, so a decision without an entry, or with a wrong reason, is a fault.
 */
class FoldDecisionsTest {
  private static final ProjectRef ELSEWHERE = new ProjectRef("cn-east-3", "other");

  /** The entries of the latest input, each as {@code job decision: reason {details}}. */
  private static List<String> decisions(Story story) {
    return story.last(Audited.class).stream()
        .map(
            entry ->
                "%s %s: %s %s"
                    .formatted(entry.jobId(), entry.what().word(), entry.why(), entry.details()))
        .toList();
  }

  private static JobRequest in(ProjectRef project) {
    return new JobRequest(ROOT, project, new TreeMap<>(), null, JobRequest.Correlation.NONE);
  }

  private static Repair repair(Story story, Table table, String jobId) {
    return new Repair(new Evidence("observations", 0, 99), story.latest(), table, jobId);
  }

  @Test
  void shouldAuditEachStepOfAJobFromItsRequestToItsEnd() {
    Story story = Story.untold().request();
    assertThat(decisions(story))
        .containsExactly(
            "null request.accepted: the job is new {}",
            "root watch.opened: no answer about another job describes this one {}");

    story.answered(job(ROOT).running());
    assertThat(decisions(story))
        .containsExactly(
            "root transition.published: first seen at this status {sequence=1, status=RUNNING}");

    story.answered(job(ROOT).success());
    assertThat(decisions(story))
        .containsExactly(
            "root transition.published: first seen at this status {sequence=2, status=SUCCESS}",
            "root watch.closed: the job has ended, or another answer describes it {}",
            "root completion.published: the job and all its sub-jobs have ended"
                + " {outcome=SUCCEEDED}");
  }

  @Test
  void shouldAuditWhyAJobIsLost() {
    Story story = Story.requested().notFound(ROOT);

    assertThat(decisions(story))
        .containsExactly(
            "root transition.published: given up: NOT_FOUND, "
                + Story.WHY
                + " {sequence=1, status=LOST}",
            "root watch.closed: the job has ended, or another answer describes it {}",
            "root completion.published: the job and all its sub-jobs have ended {outcome=LOST}");
    assertThat(decisions(story.request()))
        .first()
        .isEqualTo("null request.accepted: the job was lost and is requested again {}");
  }

  @Test
  void shouldAuditWhyARequestHasNoEffect() {
    Story story = Story.requested();
    assertThat(decisions(story.request()))
        .containsExactly("null request.duplicate: the job is watched already {}");
    assertThat(decisions(story.request(in(ELSEWHERE))))
        .containsExactly(
            "null request.duplicate: the job is watched already; this project is next if the"
                + " present one does not know it {}");

    story.answered(job(ROOT).success());
    assertThat(decisions(story.request()))
        .containsExactly("null request.duplicate: the job has ended and is still known {}");
  }

  @Test
  void shouldNameTheDeadLetterThatARequestWas() {
    Input.Requested redriven =
        new Input.Requested(
            new Evidence("requests", 0, 7), Story.BEGIN, Story.plainRequest(), "dead-letters/0/3");

    assertThat(decisions(Story.untold().take(redriven)).get(0))
        .endsWith("{redriven_from=dead-letters/0/3}");
    assertThat(decisions(Story.requested().take(redriven)).get(0))
        .endsWith("{redriven_from=dead-letters/0/3}");
  }

  @Test
  void shouldAuditWhyAnAnswerChangesNothing() {
    Story story = Story.requested().answered(job(ROOT).running());
    assertThat(decisions(story.answered(job(ROOT).init())))
        .containsExactly(
            "root answer.stale: the job was further already"
                + " {answered_status=INIT, known_status=RUNNING}");

    story.answered(job(ROOT).success());
    assertThat(decisions(story.answered(job(ROOT).fail("IMG.1", "no"))))
        .contains(
            "root answer.contradicting: the job has ended otherwise"
                + " {answered_status=FAIL, known_status=SUCCESS}");
  }

  /** The answer about a job describes a sub-job that was given up before, and is lost since. */
  @Test
  void shouldAuditAnAnswerThatDescribesALostSubJob() {
    Story story =
        Story.requested()
            .answered(job(ROOT).running().naming("a", "b"))
            .answered(job(ROOT).success().naming("a", "b"))
            .notFound("a");
    assertThat(story.lastTransitions()).containsExactly("a LOST");

    story.answered(job("b").running().with(job("a").running()));

    assertThat(decisions(story))
        .contains(
            "a observation.late: the job was lost {answered_status=RUNNING, known_status=null}");
    assertThat(story.lastTransitions()).containsExactly("b RUNNING");
  }

  @Test
  void shouldAuditWhyAnObservationIsLate() {
    Story story = Story.requested().notFound(ROOT);

    assertThat(decisions(story.answered(job(ROOT).running())))
        .containsExactly("root observation.late: the job was lost {}");
    assertThat(decisions(story.answered(job("stranger").running())))
        .containsExactly("stranger observation.late: the job is not known {}");
    assertThat(story.last(WatchClosed.class))
        .as("its poller missed the tombstone")
        .containsExactly(new WatchClosed("stranger"));
  }

  // ---- candidates

  /** The ninth other project is not looked at, so its request must not say that it is. */
  @Test
  void shouldBoundTheCandidates() {
    Story story = Story.requested();
    for (int i = 1; i <= 8; i++) {
      assertThat(decisions(story.request(in(new ProjectRef("r", "p" + i)))).get(0))
          .contains("this project is next");
    }

    assertThat(decisions(story.request(in(new ProjectRef("r", "p9")))))
        .containsExactly("null request.duplicate: the job is watched already {}");
    assertThat(decisions(story.request(in(new ProjectRef("r", "p8")))).get(0))
        .as("a candidate still is one")
        .contains("this project is next");
    for (int i = 1; i <= 8; i++) {
      assertThat(story.notFound(ROOT).watch(ROOT).project())
          .isEqualTo(new ProjectRef("r", "p" + i));
    }
    assertThat(story.notFound(ROOT).lastTransitions()).containsExactly("root LOST");
  }

  @Test
  void shouldTakeNoCandidateForAJobThatItsProjectKnows() {
    Story story = Story.requested().answered(job(ROOT).running());

    assertThat(decisions(story.request(in(ELSEWHERE))))
        .containsExactly("null request.duplicate: the job is watched already {}");
    assertThat(decisions(story.request(in(PROJECT))))
        .containsExactly("null request.duplicate: the job is watched already {}");
  }

  /** The other project was named before IMS confirmed the job; the job is not looked for there. */
  @Test
  void shouldForgetTheCandidatesOfAConfirmedJob() {
    Story story = Story.requested().request(in(ELSEWHERE)).answered(job(ROOT).running());

    story.notFound(ROOT);

    assertThat(story.lastTransitions()).containsExactly("root LOST");
  }

  // ---- compacted topics that differ

  @Test
  void shouldPublishOpenWatchesAgain() {
    Story story = Story.requested().answered(job(ROOT).running().naming("a"));

    story.take(repair(story, Table.WATCHES, "stranger"));

    assertThat(story.last(WatchClosed.class)).containsExactly(new WatchClosed("stranger"));
    assertThat(story.last(WatchOpened.class))
        .extracting(opened -> opened.watch().key())
        .containsExactly(ROOT, "root/a");
    assertThat(decisions(story))
        .containsExactly(
            "stranger watch.restored: the topic of watches differed from what is known of the job"
                + " {}");
  }

  /** A job that was lost without an answer has only its request as evidence. */
  @Test
  void shouldPublishTheStatusOfEveryPublishedJobAgain() {
    Story story = Story.untold().after(Duration.ofHours(1)).request();
    Evidence request = story.tree().acceptance().requestEvidence();
    story.notFound(ROOT);
    story.take(repair(story, Table.STATUS, ROOT));

    assertThat(story.last(Status.class))
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.state().status()).isEqualTo(JobStatus.LOST);
              assertThat(status.state().evidence()).isEqualTo(request);
            });
    assertThat(decisions(story))
        .containsExactly("root status.restored: the topic of statuses was created again {}");

    Story answered = Story.requested().answered(job(ROOT).running().naming("a"));
    Status published = answered.last(Status.class).get(0);
    answered.take(repair(answered, Table.STATUS, ROOT));
    assertThat(answered.last(Status.class))
        .as("the sub-job has no status yet")
        .singleElement()
        .satisfies(
            status -> {
              assertThat(status.state().evidence()).isEqualTo(published.state().evidence());
              assertThat(status.state().observedAt()).isEqualTo(published.state().observedAt());
            });
  }

  @Test
  void shouldRestoreNothingOfAnUnknownJob() {
    Story story = Story.untold();

    assertThat(story.take(repair(story, Table.STATUS, ROOT)).last()).isEmpty();
  }
}
