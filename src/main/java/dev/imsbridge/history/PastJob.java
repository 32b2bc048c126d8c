package dev.imsbridge.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JsonSize;
import dev.imsbridge.job.StatusWords;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A root job, as described by the transitions that a search has read. Keeps a few fields of limited
 * size. Owned by one thread.
 */
public final class PastJob {
  private static final int MAX_IMAGES = 20;
  private static final int MAX_LENGTH = 1_000;
  private static final List<String> TREE_FIELDS = List.of("region", "project_id");
  private static final List<String> ROOT_FIELDS =
      List.of("job_type", "status", "begin_time", "end_time", "error_code", "fail_reason");

  private final String jobId;
  private final Set<String> images = new LinkedHashSet<>();
  private final ObjectNode fields = JsonNodeFactory.instance.objectNode();
  private JobOutcome outcome;
  private Instant changedAt = Instant.EPOCH;

  PastJob(String jobId) {
    this.jobId = jobId;
  }

  public String jobId() {
    return jobId;
  }

  /** The time of the latest transition of the tree. */
  Instant changedAt() {
    return changedAt;
  }

  /** How the root job ended; null if it had not ended, or its end was not read. */
  JobOutcome outcome() {
    return outcome;
  }

  /** Adds the next transition of the tree. */
  void add(PublishedEvent event) {
    Instant at = event.observedAt();
    changedAt = at.isAfter(changedAt) ? at : changedAt;
    TREE_FIELDS.forEach(name -> fields.put(name, JsonSize.cut(event.text(name), MAX_LENGTH)));
    fields.set("labels", labels(event.data().path("labels")));
    for (JsonNode image : event.data().path("image_ids")) {
      if (images.size() < MAX_IMAGES) {
        images.add(JsonSize.cut(image.asText(), MAX_LENGTH));
      }
    }
    if (event.jobId().equals(jobId)) {
      for (String name : ROOT_FIELDS) {
        JsonNode value = event.data().path(name);
        fields.put(name, value.isTextual() ? JsonSize.cut(value.asText(), MAX_LENGTH) : null);
      }
      outcome = StatusWords.outcome(event.status()).orElse(null);
    }
  }

  private static ObjectNode labels(JsonNode given) {
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> label : given.properties()) {
      if (kept.size() < JobRequest.MAX_LABELS && label.getValue().isTextual()) {
        kept.put(
            JsonSize.cut(label.getKey(), MAX_LENGTH),
            JsonSize.cut(label.getValue().asText(), MAX_LENGTH));
      }
    }
    return kept;
  }

  /** Returns the job in the shape of {@code PastJob} in the OpenAPI document. */
  public ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("job_id", jobId);
    HistoryDocument.copy(fields, json, "job_type", "region", "project_id", "status");
    json.put("outcome", outcome == null ? null : outcome.name());
    HistoryDocument.copy(fields, json, "begin_time", "end_time");
    json.put("changed_at", HistoryDocument.time(changedAt));
    HistoryDocument.copy(fields, json, "error_code", "fail_reason");
    ArrayNode all = json.putArray("image_ids");
    images.forEach(all::add);
    json.set("labels", fields.get("labels"));
    return json;
  }
}
