package dev.imsbridge.web.mirror;

import dev.imsbridge.job.JobNode;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.LostReason;
import dev.imsbridge.job.Watch;
import dev.imsbridge.web.api.ApiContext;
import dev.imsbridge.web.api.JobTrees;
import dev.imsbridge.web.mirror.MirrorAnswer.Absent;
import dev.imsbridge.web.mirror.MirrorAnswer.Body;
import dev.imsbridge.web.mirror.MirrorAnswer.Pending;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;

/** Looks up the current answer for a job from the state of the bridge. Thread-safe. */
final class MirrorLookup {
  /** How long a "not found" of IMS is valid. After that, the next client causes a new request. */
  private static final Duration ABSENCE = Duration.ofMinutes(5);

  private final AnswerCache answers = new AnswerCache();
  private final InstantSource clock;

  MirrorLookup(InstantSource clock) {
    this.clock = clock;
  }

  Future<MirrorAnswer> look(ApiContext.Jobs jobs, String projectId, String jobId) {
    return jobs.trees()
        .find(jobId)
        .compose(
            found -> {
              if (found instanceof JobTrees.Known known) {
                return known(jobs, known.tree(), projectId, jobId);
              }
              return Future.succeededFuture(
                  found instanceof JobTrees.Unavailable unavailable
                      ? new Pending(unavailable.why(), false)
                      : new Pending("the job is not watched yet", true));
            });
  }

  private Future<MirrorAnswer> known(
      ApiContext.Jobs jobs, JobTree tree, String projectId, String jobId) {
    if (!tree.request().project().projectId().equals(projectId)) {
      return Future.succeededFuture(new Absent("the job does not belong to this project"));
    }
    JobNode node = tree.nodes().get(jobId);
    if (node == null) {
      return Future.succeededFuture(new Pending("the job is not watched yet", true));
    }
    if (node.lost() && node.polling().givenUp() == LostReason.NOT_FOUND) {
      return Future.succeededFuture(
          tree.outlived(clock.instant(), ABSENCE)
              ? new Pending("the job is requested again", true)
              : new Absent("IMS does not know the job"));
    }
    if (node.answers().evidence() == null) {
      return Future.succeededFuture(unseen(tree, node));
    }
    // The bridge stopped watching this root job, but a client still requests it: watch it again.
    boolean again = node.lost() && node.parentJobId() == null;
    return jobs.kafka()
        .run(
            () ->
                answers.of(
                    jobs.services().evidence(), tree.rootJobId(), jobId, node.answers().evidence()))
        .map(
            body ->
                body.isPresent() && !again
                    ? new Body(body.get())
                    : new Pending("the last answer for this job is no longer retained", true));
  }

  private static Pending unseen(JobTree tree, JobNode node) {
    JobTree.OpenWatch open = tree.watches().get(Watch.key(tree.rootJobId(), node.jobId()));
    if (open == null) {
      return new Pending("the job is not watched yet", true);
    }
    return new Pending(
        open.fault() == null
            ? "IMS has not answered yet"
            : "polling IMS for this job fails: " + open.fault(),
        false);
  }
}
