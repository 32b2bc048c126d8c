package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.wire.Requests;
import java.util.Map;

/**
 * A request to publish. Its value is the plain job id, or JSON if there are more fields.
 *
 * @param value UTF-8 text
 */
record NewRequest(String jobId, byte[] value) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /**
   * @param text a job id, or a JSON object with one; its other fields are kept
   * @param labels added to those of the object
   * @throws CommandFailure if it contains no valid job id
   */
  static NewRequest parse(String text, Map<String, String> labels) {
    if (!text.startsWith("{")) {
      check(text);
      if (Requests.literal(text)) {
        throw CommandFailure.usage("'%s' is a JSON literal and no job id".formatted(text));
      }
      return labels.isEmpty()
          ? new NewRequest(text, text.getBytes(UTF_8))
          : of(text, JSON.createObjectNode().put("job_id", text), labels);
    }
    try {
      JsonNode json = JSON.readTree(text);
      JsonNode id = json.path("job_id");
      if (id.isNumber() || id.isBoolean()) {
        throw CommandFailure.usage("the job id must be a string, in quotes");
      }
      String jobId = id.asText("");
      check(jobId);
      return of(jobId, (ObjectNode) json, labels);
    } catch (JsonProcessingException e) {
      throw CommandFailure.usage("neither a job id nor a JSON object");
    }
  }

  private static NewRequest of(String jobId, ObjectNode json, Map<String, String> labels) {
    if (!labels.isEmpty()) {
      ObjectNode all = labels(json);
      labels.forEach(all::put);
      if (all.size() > JobRequest.MAX_LABELS) {
        throw tooManyLabels();
      }
    }
    return new NewRequest(jobId, json.toString().getBytes(UTF_8));
  }

  /** Returns the labels of a request. Adds them if they are absent or empty. */
  private static ObjectNode labels(ObjectNode json) {
    JsonNode labels = json.path("labels");
    if (labels.isObject()) {
      return (ObjectNode) labels;
    }
    boolean empty = labels.isContainerNode() ? labels.isEmpty() : labels.asText("").isBlank();
    if (!empty) {
      throw CommandFailure.usage("labels are an object of texts");
    }
    return json.putObject("labels");
  }

  private static void check(String jobId) {
    if (!JobId.valid(jobId)) {
      throw CommandFailure.usage(
          "'%s' is not a job id: %s".formatted(SafeText.line(jobId), JobId.FORM));
    }
  }

  /**
   * @throws CommandFailure if the bridge would reject these labels
   */
  static void checkLabels(Map<String, String> labels) {
    if (labels.size() > JobRequest.MAX_LABELS) {
      throw tooManyLabels();
    }
    labels.forEach(
        (name, value) -> {
          if (name.isEmpty()
              || name.length() > JobRequest.MAX_LABEL_LENGTH
              || value.length() > JobRequest.MAX_LABEL_LENGTH) {
            throw CommandFailure.usage(
                "--label: name and value have at most %s characters"
                    .formatted(JobRequest.MAX_LABEL_LENGTH));
          }
        });
  }

  private static CommandFailure tooManyLabels() {
    return CommandFailure.usage("--label: a job has at most %s".formatted(JobRequest.MAX_LABELS));
  }
}
