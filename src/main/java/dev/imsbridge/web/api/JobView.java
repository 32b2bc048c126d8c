package dev.imsbridge.web.api;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobNode;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Watch;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** Converts job trees to JSON in the shapes of the OpenAPI document. */
final class JobView {
  private static final DateTimeFormatter MILLIS =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private JobView() {}

  /** Converts a job for a list. */
  static JsonObject summary(JobTree tree) {
    JobNode root = tree.root();
    Collection<JobNode> subJobs = subJobs(tree);
    return new JsonObject()
        .put("job_id", root.jobId())
        .put("job_type", root.jobType())
        .put("region", tree.request().project().region())
        .put("project_id", tree.request().project().projectId())
        .put("status", name(root.published()))
        .put("outcome", outcome(tree))
        .put("sequence", tree.sequence())
        .put("requested_at", time(tree.requestedAt()))
        .put("deadline_at", time(tree.deadlineAt()))
        .put("begin_time", time(root.beginTime()))
        .put("end_time", time(root.endTime()))
        .put("changed_at", time(changedAt(tree)))
        .put("ended_at", time(tree.endedAt()))
        .put("error_code", root.errorCode())
        .put("fail_reason", root.failReason())
        .put("image_ids", imageIds(tree))
        .put("labels", labels(tree))
        .put(
            "sub_jobs",
            new JsonObject()
                .put("total", subJobs.size())
                .put("ended", subJobs.stream().filter(JobNode::ended).count())
                .put("failed", subJobs.stream().filter(JobView::failed).count()))
        .put("fault", fault(tree))
        .put("truncated", tree.truncated());
  }

  /**
   * Converts a job with its sub-jobs and watches.
   *
   * @param polls returns the next poll of a watch by the key of the watch, or null if unknown
   */
  static JsonObject detail(String askedFor, JobTree tree, Function<String, JsonObject> polls) {
    JsonArray jobs = new JsonArray();
    tree.nodes().values().forEach(node -> jobs.add(node(node)));
    JsonArray watches = new JsonArray();
    String fault = fault(tree);
    for (Map.Entry<String, JobTree.OpenWatch> each : tree.watches().entrySet()) {
      JsonObject watch = watch(each.getValue(), polls.apply(each.getKey()));
      fault = fault == null ? watch.getString("fault") : fault;
      watches.add(watch);
    }
    return summary(tree)
        .put("fault", fault)
        .put("asked_job_id", askedFor)
        .put("jobs", jobs)
        .put("watches", watches);
  }

  private static JsonObject node(JobNode node) {
    JsonArray stages = new JsonArray();
    node.stages()
        .forEach(
            stage ->
                stages.add(
                    new JsonObject()
                        .put("status", stage.status().name())
                        .put("at", time(stage.at()))));
    return new JsonObject()
        .put("job_id", node.jobId())
        .put("parent_job_id", node.parentJobId())
        .put("job_type", node.jobType())
        .put("status", name(node.published()))
        .put("begin_time", time(node.beginTime()))
        .put("end_time", time(node.endTime()))
        .put("error_code", node.errorCode())
        .put("fail_reason", node.failReason())
        .put("image_ids", new JsonArray(List.copyOf(node.imageIds())))
        .put("stages", stages)
        .put("evidence", evidence(node.evidence()));
  }

  private static JsonObject evidence(Evidence evidence) {
    return evidence == null
        ? null
        : new JsonObject()
            .put("topic", evidence.topic())
            .put("partition", evidence.partition())
            .put("offset", evidence.offset());
  }

  private static JsonObject watch(JobTree.OpenWatch open, JsonObject poll) {
    Watch watch = open.watch();
    JsonObject known = poll == null ? new JsonObject() : poll;
    return new JsonObject()
        .put("job_id", watch.jobId())
        .put("opened_at", time(watch.openedAt()))
        .put("deadline_at", time(watch.deadlineAt()))
        .put("fault", open.fault() == null ? known.getValue("fault") : open.fault())
        .put("note", known.getValue("note"))
        .put("next_poll_at", known.getValue("next_poll_at"))
        .put("attempts", known.getValue("attempts"));
  }

  private static List<JobNode> subJobs(JobTree tree) {
    return tree.nodes().values().stream().filter(node -> node.parentJobId() != null).toList();
  }

  private static boolean failed(JobNode node) {
    return node.published() == JobStatus.FAIL || node.published() == JobStatus.LOST;
  }

  private static String outcome(JobTree tree) {
    return tree.ended() ? JobOutcome.of(tree.root().published()).name() : null;
  }

  private static Instant changedAt(JobTree tree) {
    return tree.nodes().values().stream()
        .flatMap(node -> node.stages().stream())
        .map(JobNode.Stage::at)
        .max(Instant::compareTo)
        .orElse(null);
  }

  private static JsonArray imageIds(JobTree tree) {
    Set<String> ids = new LinkedHashSet<>();
    tree.nodes().values().forEach(node -> ids.addAll(node.imageIds()));
    return new JsonArray(List.copyOf(ids));
  }

  private static JsonObject labels(JobTree tree) {
    JsonObject labels = new JsonObject();
    tree.request().labels().forEach(labels::put);
    return labels;
  }

  private static String fault(JobTree tree) {
    return tree.watches().values().stream()
        .map(JobTree.OpenWatch::fault)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private static String name(Enum<?> value) {
    return value == null ? null : value.name();
  }

  static String time(Instant instant) {
    return instant == null ? null : MILLIS.format(instant);
  }
}
