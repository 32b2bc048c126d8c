package dev.imsbridge.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.job.JobNode;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.web.api.PollTimes.PollTime;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Converts job trees to JSON in the shapes of the OpenAPI document. */
final class JobView {
  private record SubJobs(long total, long ended, long failed) {}

  /** The forecast of the root job. */
  private static final String FORECAST = "forecast";

  private JobView() {}

  /** Converts a job for a list. Its forecast is unknown. */
  static ObjectNode summary(JobTree tree) {
    JobNode root = tree.root();
    Collection<JobNode> nodes = tree.nodes().values();
    List<JobNode> subJobs = nodes.stream().filter(node -> node.parentJobId() != null).toList();
    return ApiJson.object()
        .put("job_id", root.jobId())
        .put("job_type", root.jobType())
        .put("region", tree.request().project().region())
        .put("project_id", tree.request().project().projectId())
        .putPOJO("status", root.published())
        .putPOJO("outcome", tree.ended() ? JobOutcome.of(root.published()) : null)
        .put("sequence", tree.sequence())
        .putPOJO("requested_at", tree.acceptance().requestedAt())
        .putPOJO("deadline_at", tree.acceptance().deadlineAt())
        .putPOJO("begin_time", root.times().beginTime())
        .putPOJO("end_time", root.times().endTime())
        .putPOJO("changed_at", changedAt(tree))
        .putPOJO("ended_at", tree.endedAt())
        .put("error_code", root.details().errorCode())
        .put("fail_reason", root.details().failReason())
        .putPOJO(
            "image_ids",
            nodes.stream().flatMap(node -> node.details().imageIds().stream()).distinct().toList())
        .putPOJO("labels", tree.request().labels())
        .putPOJO(
            "sub_jobs",
            new SubJobs(
                subJobs.size(),
                subJobs.stream().filter(JobNode::ended).count(),
                subJobs.stream().filter(JobView::failed).count()))
        .put("fault", fault(tree.watches().values().stream().map(JobTree.OpenWatch::fault)))
        .put("truncated", tree.truncated())
        .putNull(FORECAST);
  }

  /**
   * Converts a job with its sub-jobs and watches.
   *
   * @param polls the known next polls by the key of the watch
   */
  static ObjectNode detail(String askedFor, JobTree tree, Map<String, PollTime> polls) {
    List<ObjectNode> watches =
        tree.watches().entrySet().stream()
            .map(each -> watch(each.getValue(), polls.get(each.getKey())))
            .toList();
    ObjectNode job = summary(tree);
    if (job.get("fault").isNull()) {
      job.put("fault", fault(watches.stream().map(watch -> watch.path("fault").textValue())));
    }
    forecast(job, polls.get(tree.rootJobId()));
    return job.put("asked_job_id", askedFor)
        .putPOJO("jobs", tree.nodes().values().stream().map(JobView::node).toList())
        .putPOJO("watches", watches);
  }

  /**
   * Adds the forecast to a job.
   *
   * @param poll of the root job; null if unknown
   */
  static void forecast(ObjectNode job, PollTime poll) {
    if (poll != null && poll.forecast() != null) {
      job.putPOJO(FORECAST, poll.forecast());
    }
  }

  private static ObjectNode node(JobNode node) {
    return ApiJson.object()
        .put("job_id", node.jobId())
        .put("parent_job_id", node.parentJobId())
        .put("job_type", node.jobType())
        .putPOJO("status", node.published())
        .putPOJO("begin_time", node.times().beginTime())
        .putPOJO("end_time", node.times().endTime())
        .put("error_code", node.details().errorCode())
        .put("fail_reason", node.details().failReason())
        .putPOJO("image_ids", node.details().imageIds())
        .putPOJO("stages", node.stages())
        .putPOJO("evidence", node.answers().evidence());
  }

  private static ObjectNode watch(JobTree.OpenWatch open, PollTime poll) {
    String fault = open.fault() == null && poll != null ? poll.fault() : open.fault();
    return ApiJson.object()
        .put("job_id", open.watch().jobId())
        .putPOJO("opened_at", open.watch().openedAt())
        .putPOJO("deadline_at", open.watch().deadlineAt())
        .put("fault", fault)
        .put("note", poll == null ? null : poll.note())
        .putPOJO("next_poll_at", poll == null ? null : poll.nextPollAt())
        .putPOJO("attempts", poll == null ? null : poll.attempts());
  }

  private static boolean failed(JobNode node) {
    return node.published() == JobStatus.FAIL || node.published() == JobStatus.LOST;
  }

  /** Returns when the status of a job in the tree last changed; null before the first. */
  static Instant changedAt(JobTree tree) {
    return tree.nodes().values().stream()
        .flatMap(node -> node.stages().stream())
        .map(JobNode.Stage::at)
        .max(Instant::compareTo)
        .orElse(null);
  }

  private static String fault(Stream<String> faults) {
    return faults.filter(Objects::nonNull).findFirst().orElse(null);
  }
}
