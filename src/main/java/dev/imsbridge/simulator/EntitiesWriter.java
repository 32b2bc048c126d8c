package dev.imsbridge.simulator;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.imsbridge.job.JobStatus;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Writes the {@code entities} of an answer, except for the sub-jobs: images, current task and
 * outcome, in the shape of the documented examples. Stateless and thread-safe.
 */
final class EntitiesWriter {
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
   * Writes the fields into the current JSON object.
   *
   * @param elapsed milliseconds since the start of the root job
   * @param quirks whether to use the unusual forms of {@link BodyFault#QUIRKS}
   */
  void write(JsonGenerator json, JobPlan plan, JobStatus status, long elapsed, boolean quirks)
      throws IOException {
    if (status == JobStatus.RUNNING) {
      json.writeStringField("current_task", task(plan));
      writeProgress(json, plan.progressAt(elapsed), quirks);
    }
    switch (plan.shape()) {
      case NAMED_IMAGE -> {
        if (status != JobStatus.INIT) {
          json.writeStringField("image_name", imageName(plan));
        }
        writeImage(json, plan, status);
      }
      case IMAGE -> writeImage(json, plan, status);
      case MEMBERS -> writeMembers(json, plan, status);
      case NO_MEMBERS -> {
        json.writeArrayFieldStart("results");
        json.writeEndArray();
      }
      case OVA, VOLUMES -> {
        // AnswerWriter writes the sub-jobs, because each has the shape of an answer.
      }
    }
    if (status == JobStatus.FAIL) {
      json.writeStringField("error_code", plan.failure().errorCode());
      json.writeStringField("error", plan.failure().failReason());
    }
    if (quirks) {
      json.writeArrayFieldStart("__data_images");
      json.writeEndArray();
      json.writeNullField("alarm_code");
    }
  }

  private void writeImage(JsonGenerator json, JobPlan plan, JobStatus status) throws IOException {
    if (status == JobStatus.SUCCESS) {
      json.writeStringField("image_id", imageId(plan));
    }
  }

  private void writeMembers(JsonGenerator json, JobPlan plan, JobStatus status) throws IOException {
    json.writeArrayFieldStart("results");
    if (status.terminal()) {
      int count = members(plan);
      boolean withProject = random(plan).derive("member-project").chance(0.5);
      for (int i = 0; i < count; i++) {
        json.writeStartObject();
        json.writeStringField("image_id", memberImageId(plan, i));
        if (withProject) {
          json.writeStringField("project_id", random(plan).derive("project").derive(i).hex());
        }
        boolean refused = status == JobStatus.FAIL && i == count - 1;
        json.writeStringField("status", refused ? "failed" : "success");
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }

  private static void writeProgress(JsonGenerator json, double progress, boolean quirks)
      throws IOException {
    if (quirks) {
      json.writeStringField("process_percent", String.valueOf(progress));
    } else {
      json.writeNumberField("process_percent", progress);
    }
  }

  /** In the form of {@code CopyImageInRegionTask:}, the only task name known from real answers. */
  private static String task(JobPlan plan) {
    String name = plan.jobType();
    String bare = name.startsWith("ims") ? name.substring(3) : name;
    return (bare.endsWith("Job") ? bare.substring(0, bare.length() - 3) : bare) + "Task:";
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
