package dev.imsbridge.web;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.history.PublishedEvent;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/** Jobs and events in the shapes of the API, for the {@link StandIn}. */
final class Jobs {
  static final Instant START = Instant.now().minusSeconds(600);

  private Jobs() {}

  /**
   * @param status null before the first observation
   */
  static JsonObject job(String id, String status) {
    boolean ended = "SUCCESS".equals(status) || "FAIL".equals(status) || "LOST".equals(status);
    return new JsonObject()
        .put("job_id", id)
        .put("job_type", "imsImportImageJob")
        .put("region", "cn-north-4")
        .put("project_id", "p1")
        .put("status", status)
        .put("outcome", ended ? outcome(status) : null)
        .put("sequence", status == null ? 0 : ended ? 3 : 2)
        .put("requested_at", at(0))
        .put("deadline_at", at(86_400))
        .put("begin_time", status == null ? null : at(1))
        .put("end_time", ended ? at(120) : null)
        .put("changed_at", at(ended ? 121 : 2))
        .put("ended_at", ended ? at(121) : null)
        .put("error_code", "FAIL".equals(status) ? "IMG.0020" : null)
        .put("fail_reason", "FAIL".equals(status) ? "the disk cannot be read" : null)
        .put(
            "image_ids",
            "SUCCESS".equals(status) ? new JsonArray().add("image-" + id) : new JsonArray())
        .put("labels", new JsonObject().put("order", "4711"))
        .put("sub_jobs", new JsonObject().put("total", 0).put("ended", 0).put("failed", 0))
        .put("fault", null)
        .put("truncated", false)
        .put("watches", new JsonArray())
        .put("jobs", new JsonArray().add(node(id, null, status)));
  }

  static JsonObject node(String id, String parent, String status) {
    JsonArray stages = new JsonArray();
    if (status != null) {
      stages.add(stage("INIT", 2));
      if (!status.equals("INIT")) {
        stages.add(stage("RUNNING", 10));
      }
      if (!status.equals("INIT") && !status.equals("RUNNING")) {
        stages.add(stage(status, 121));
      }
    }
    boolean ended = stages.size() == 3;
    return new JsonObject()
        .put("job_id", id)
        .put("parent_job_id", parent)
        .put("job_type", "imsImportImageJob")
        .put("status", status)
        .put("begin_time", at(1))
        .put("end_time", ended ? at(120) : null)
        .put("error_code", null)
        .put("fail_reason", null)
        .put("image_ids", new JsonArray())
        .put("stages", stages)
        .put("evidence", position(7));
  }

  static JsonObject stage(String status, int second) {
    return new JsonObject().put("status", status).put("at", at(second));
  }

  static JsonObject position(long offset) {
    return new JsonObject()
        .put("topic", "ims.jobs.observations")
        .put("partition", 1)
        .put("offset", offset);
  }

  /** A transition of a root job. */
  static JsonObject transition(String id, long sequence, String previous, String status) {
    return transition(id, id, sequence, previous, status);
  }

  static JsonObject transition(
      String root, String id, long sequence, String previous, String status) {
    boolean ended = "SUCCESS".equals(status) || "FAIL".equals(status);
    return new JsonObject()
        .put("specversion", "1.0")
        .put("id", root + id + status)
        .put("type", "dev.imsbridge.job." + status.toLowerCase(java.util.Locale.ROOT) + ".v1")
        .put(
            "data",
            new JsonObject()
                .put("job_id", id)
                .put("root_job_id", root)
                .put("parent_job_id", id.equals(root) ? null : root)
                .put("job_type", "imsImportImageJob")
                .put("region", "cn-north-4")
                .put("project_id", "p1")
                .put("previous_status", previous)
                .put("status", status)
                .put("terminal", ended)
                .put("sequence", sequence)
                .put("begin_time", at(1))
                .put("end_time", ended ? Instant.now().minusMillis(700).toString() : null)
                .put("observed_at", Instant.now().toString())
                .put("error_code", "FAIL".equals(status) ? "IMG.0020" : null)
                .put("fail_reason", "FAIL".equals(status) ? "the disk cannot be read" : null)
                .put("image_ids", new JsonArray())
                .put("labels", new JsonObject().put("order", "4711"))
                .put("evidence", position(7)));
  }

  static JsonObject completion(String id, long sequence, String status) {
    JsonObject event = transition(id, sequence, "RUNNING", status);
    event.getJsonObject("data").put("outcome", outcome(status)).put("sub_jobs", new JsonArray());
    return event.put("type", "dev.imsbridge.job.completed.v1");
  }

  /** Returns an event as the bridge reads it from its topic. */
  static PublishedEvent published(JsonObject event) {
    try {
      return new PublishedEvent((ObjectNode) PublishedEvent.JSON.readTree(event.encode()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A dead letter that can be sent again, with its content. */
  static JsonObject letter(String position, String reason, String value) {
    return new JsonObject()
        .put("letter", position)
        .put("written_at", at(5))
        .put("kind", "RequestRefused")
        .put("reason", reason)
        .put("value_bytes", value.length())
        .put("source", position(3).put("topic", "ims.jobs.requests"))
        .put("obstacle", null)
        .put("redriven_at", null)
        .put("redriven_to", null)
        .put("headers", new JsonObject().put("imsbridge-reason", reason))
        .put("key", null)
        .put("value", value);
  }

  private static String outcome(String status) {
    return switch (status) {
      case "SUCCESS" -> "SUCCEEDED";
      case "FAIL" -> "FAILED";
      default -> "LOST";
    };
  }

  static String at(int second) {
    return START.plusSeconds(second).toString();
  }
}
