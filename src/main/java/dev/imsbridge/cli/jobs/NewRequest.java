package dev.imsbridge.cli.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.Requests;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A request to publish. Its value is the plain job id, or JSON if there are more fields.
 *
 * @param value UTF-8 text; null to cancel the request for the job
 */
public record NewRequest(String jobId, byte[] value) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Cancels the request for a job. */
  static NewRequest cancelling(String jobId) {
    return new NewRequest(jobId, null);
  }

  /**
   * @param given a job id, or a JSON object with one; its other fields are kept, and an envelope is
   *     removed
   * @param labels added to those of the object
   * @param defaults added to the object where it has no such field
   * @throws CommandFailure if the bridge would reject the request
   */
  public static NewRequest parse(
      String given, Map<String, String> labels, Map<String, String> defaults) {
    String text = Requests.unwrapped(given);
    NewRequest request = checked(text, json(text));
    if (labels.isEmpty() && defaults.isEmpty()) {
      return request;
    }
    ObjectNode json =
        json(text) instanceof ObjectNode object
            ? object
            : JSON.createObjectNode().put("job_id", request.jobId());
    defaults.forEach(
        (field, value) -> {
          if (json.path(field).asText().isBlank() || json.path(field).isNull()) {
            json.put(field, value);
          }
        });
    if (!labels.isEmpty()) {
      // The request is valid: labels that are not an object are empty.
      ObjectNode all =
          json.path("labels") instanceof ObjectNode object ? object : json.putObject("labels");
      labels.forEach(all::put);
    }
    return checked(json.toString(), json);
  }

  /** Whether the bridge copies this header {@code correlation-id} to the events. */
  static boolean correlates(String correlationId) {
    RecordHeaders headers = new RecordHeaders();
    HeaderNames.add(headers, HeaderNames.CORRELATION_ID, correlationId);
    ProjectRef project = new ProjectRef("", "");
    return new Requests(project, Set.of(project)).read(null, "job".getBytes(UTF_8), headers)
            instanceof Requests.Accepted accepted
        && accepted.request().correlation().correlationId() != null;
  }

  private static JsonNode json(String text) {
    try {
      return text.startsWith("{") ? JSON.readTree(text) : MissingNode.getInstance();
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** Reads the request as the bridge does, except that any project is accepted. */
  private static NewRequest checked(String text, JsonNode json) {
    ProjectRef project =
        new ProjectRef(json.path("region").asText(), json.path("project_id").asText());
    byte[] value = text.getBytes(UTF_8);
    Requests.Read read =
        new Requests(project, Set.of(project)).read(null, value, new RecordHeaders());
    if (read instanceof Requests.Accepted accepted) {
      return new NewRequest(accepted.request().jobId(), value);
    }
    throw CommandFailure.usage(
        "'%s' is not a request: %s"
            .formatted(SafeText.line(text), ((Requests.Refused) read).reason()));
  }
}
