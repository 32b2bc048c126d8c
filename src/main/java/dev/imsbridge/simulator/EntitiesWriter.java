package dev.imsbridge.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.simulator.ImsJobType.Shape;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Writes the {@code entities} of an answer, except for the sub-jobs: images, current task and
 * outcome, in the shape of the documented examples. Stateless and thread-safe.
 */
final class EntitiesWriter {
  private static final Pattern AROUND_NAME = Pattern.compile("^ims|Job$");

  private static final int MAX_MEMBERS = 4;

  private final long seed;

  EntitiesWriter(long seed) {
    this.seed = seed;
  }

  /** Returns the images that the final answer names for the job itself, without its sub-jobs. */
  List<String> imageIds(JobPlan plan) {
    return switch (plan.shape()) {
      case NAMED_IMAGE, IMAGE -> plan.failure() == null ? List.of(imageId(plan)) : List.of();
      case MEMBERS ->
          IntStream.range(0, members(plan)).mapToObj(i -> memberImageId(plan, i)).toList();
      case NO_MEMBERS, OVA, VOLUMES -> List.of();
    };
  }

  /**
   * Returns the fields as a new JSON object.
   *
   * @param elapsed milliseconds since the start of the root job
   * @param quirks whether to use the unusual forms of {@link FaultType#QUIRKS}
   */
  ObjectNode write(JobPlan plan, JobStatus status, long elapsed, boolean quirks) {
    ObjectNode object = JsonText.object();
    if (status == JobStatus.RUNNING) {
      object.put("current_task", task(plan));
      double progress = plan.progressAt(elapsed);
      if (quirks) {
        object.put("process_percent", String.valueOf(progress));
      } else {
        object.put("process_percent", progress);
      }
    }
    if (plan.shape() == Shape.NAMED_IMAGE && status != JobStatus.INIT) {
      object.put("image_name", imageName(plan));
    }
    // AnswerWriter writes the sub-jobs of OVA and VOLUMES, because each has the shape of an answer.
    switch (plan.shape()) {
      case NAMED_IMAGE, IMAGE -> {
        if (status == JobStatus.SUCCESS) {
          object.put("image_id", imageId(plan));
        }
      }
      case MEMBERS -> putMembers(object.putArray("results"), plan, status);
      case NO_MEMBERS -> object.putArray("results");
      case OVA, VOLUMES -> {}
    }
    if (status == JobStatus.FAIL) {
      object
          .put("error_code", plan.failure().errorCode())
          .put("error", plan.failure().failReason());
    }
    if (quirks) {
      object.putArray("__data_images");
      object.putNull("alarm_code");
    }
    return object;
  }

  private void putMembers(ArrayNode results, JobPlan plan, JobStatus status) {
    int count = status.terminal() ? members(plan) : 0;
    boolean withProject = random(plan).derive("member-project").chance(0.5);
    for (int i = 0; i < count; i++) {
      ObjectNode member = results.addObject().put("image_id", memberImageId(plan, i));
      if (withProject) {
        member.put("project_id", random(plan).derive("project").derive(i).hex());
      }
      boolean refused = status == JobStatus.FAIL && i == count - 1;
      member.put("status", refused ? "failed" : "success");
    }
  }

  /** In the form of {@code CopyImageInRegionTask:}, the only task name known from real answers. */
  private static String task(JobPlan plan) {
    return AROUND_NAME.matcher(plan.jobType()).replaceAll("") + "Task:";
  }

  private static String imageName(JobPlan plan) {
    return "image-" + plan.jobId().substring(0, Math.min(8, plan.jobId().length()));
  }

  private String imageId(JobPlan plan) {
    return random(plan).derive("image").uuid().toString();
  }

  private int members(JobPlan plan) {
    return 1 + random(plan).derive("members").below(MAX_MEMBERS);
  }

  private String memberImageId(JobPlan plan, int index) {
    return random(plan).derive("member-image").derive(index).uuid().toString();
  }

  private SeededRandom random(JobPlan plan) {
    return SeededRandom.of(seed, plan.jobId());
  }
}
