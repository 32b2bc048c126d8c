package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobRequest.Correlation;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.wire.RequestForm.RefusedException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Reads the requests topic. A value is a job id as plain text, a JSON object, either of them in an
 * envelope that {@link RequestForm} removes, or null to cancel the request for the job in the key.
 * A request that breaks a limit is rejected as a whole. A request for a project that is not
 * configured is rejected too, because the bridge sends credentials to configured projects only.
 * Immutable and thread-safe.
 */
public final class Requests {
  public static final int MAX_BYTES = 64 * 1024;
  private static final Duration MAX_DEADLINE = Duration.ofDays(30);
  private static final String ID_FORM = "a job id is " + JobId.FORM;
  private static final Set<String> LITERALS = Set.of("null", "true", "false");
  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
  private static final Pattern LETTER = Pattern.compile("dead-letters/\\d{1,10}/\\d{1,19}");
  private static final Pattern PRINTABLE = Pattern.compile("[ -~]{1,512}");

  private final ProjectRef defaultProject;
  private final Set<ProjectRef> projects;

  /** The result of reading a record. */
  public sealed interface Read {}

  public record Accepted(JobRequest request) implements Read {}

  public record Cancelled(String jobId) implements Read {}

  /**
   * @param reason one line that names the accepted values
   */
  public record Refused(String reason) implements Read {}

  /**
   * @param defaultProject the project of requests that name none
   * @param projects all configured projects
   */
  public Requests(ProjectRef defaultProject, Set<ProjectRef> projects) {
    this.defaultProject = defaultProject;
    this.projects = Set.copyOf(projects);
  }

  /** Reads one record. Never throws. */
  public Read read(byte[] key, byte[] value, org.apache.kafka.common.header.Headers headers) {
    try {
      if (value == null) {
        return new Cancelled(cancelledId(key));
      }
      return new Accepted(request(value, correlation(headers)));
    } catch (RefusedException e) {
      return new Refused(e.getMessage());
    }
  }

  /**
   * Whether a text is the JSON literal {@code null}, {@code true} or {@code false}. Such a text
   * comes from a serializer and is not meant as a job id.
   */
  public static boolean literal(String text) {
    return LITERALS.contains(text);
  }

  /**
   * Whether the value of a request names that job, even if the request is invalid. Never throws.
   */
  public static boolean names(byte[] value, String jobId) {
    if (value.length > MAX_BYTES) {
      return false;
    }
    try {
      JsonNode request = RequestForm.unwrap(value);
      return jobId.equals(request.isTextual() ? request.asText() : Json.text(request, "job_id"));
    } catch (RefusedException e) {
      return false;
    }
  }

  /**
   * Removes the envelope of a request, so that its fields can be changed.
   *
   * @param text a request in any form, of at most {@value #MAX_BYTES} bytes
   * @return the job id or JSON object inside; {@code text} if there is none
   */
  public static String unwrapped(String text) {
    byte[] value = text.getBytes(UTF_8);
    if (value.length > MAX_BYTES) {
      return text;
    }
    try {
      JsonNode request = RequestForm.unwrap(value);
      return request.isTextual() ? request.asText() : request.toString();
    } catch (RefusedException e) {
      return text;
    }
  }

  private static String cancelledId(byte[] key) throws RefusedException {
    String jobId = key == null ? null : Json.withoutMark(new String(key, UTF_8)).strip();
    if (!JobId.valid(jobId)) {
      throw new RefusedException(
          "a record without a value cancels a request and needs the job id as its key; " + ID_FORM);
    }
    return jobId;
  }

  private JobRequest request(byte[] value, Correlation correlation) throws RefusedException {
    if (value.length > MAX_BYTES) {
      throw new RefusedException(
          "the request has %s bytes; the limit is %s bytes".formatted(value.length, MAX_BYTES));
    }
    JsonNode json = RequestForm.unwrap(value);
    if (json.isTextual()) {
      return plain(json.asText(), correlation);
    }
    JsonNode id = json.path("job_id");
    if (!id.isMissingNode() && !id.isNull() && !id.isTextual()) {
      throw new RefusedException("job_id must be a string, in quotes; " + ID_FORM);
    }
    String jobId = Json.text(json, "job_id");
    if (!JobId.valid(jobId)) {
      throw new RefusedException(
          (jobId == null ? "no job_id; " : "job_id is not a valid job id; ") + ID_FORM);
    }
    return new JobRequest(
        jobId,
        project(Json.text(json, "region"), Json.text(json, "project_id")),
        labels(json.path("labels")),
        deadline(json.path("deadline")),
        correlation);
  }

  private JobRequest plain(String text, Correlation correlation) throws RefusedException {
    if (literal(text)) {
      throw new RefusedException(
          "null, true and false are not job ids as plain text; send an object with job_id");
    }
    if (!JobId.valid(text)) {
      throw new RefusedException("neither a job id nor a JSON object; " + ID_FORM);
    }
    return new JobRequest(text, project(null, null), new TreeMap<>(), null, correlation);
  }

  private ProjectRef project(String region, String projectId) throws RefusedException {
    if (region == null && projectId == null) {
      return defaultProject;
    }
    List<ProjectRef> matching =
        projects.stream()
            .filter(project -> region == null || project.region().equals(region))
            .filter(project -> projectId == null || project.projectId().equals(projectId))
            .toList();
    if (matching.size() == 1) {
      return matching.get(0);
    }
    if (matching.contains(defaultProject)) {
      return defaultProject;
    }
    throw new RefusedException(
        matching.isEmpty()
            ? "the project_id or region is not configured in this bridge"
            : "several configured projects match: give both project_id and region");
  }

  private static SortedMap<String, String> labels(JsonNode json) throws RefusedException {
    SortedMap<String, String> labels = new TreeMap<>();
    if (absent(json) || (json.isArray() && json.isEmpty())) {
      return labels;
    }
    if (!json.isObject() || json.size() > JobRequest.MAX_LABELS) {
      throw new RefusedException(
          "labels must be an object of at most " + JobRequest.MAX_LABELS + " strings");
    }
    for (Map.Entry<String, JsonNode> label : json.properties()) {
      JsonNode value = label.getValue();
      String text = value.isValueNode() && !value.isNull() ? value.asText() : null;
      if (text == null
          || text.length() > JobRequest.MAX_LABEL_LENGTH
          || label.getKey().length() > JobRequest.MAX_LABEL_LENGTH) {
        throw new RefusedException(
            "the name and the value of a label are strings of at most %s characters"
                .formatted(JobRequest.MAX_LABEL_LENGTH));
      }
      labels.put(Json.wellFormed(label.getKey()), Json.wellFormed(text));
    }
    return labels;
  }

  private static boolean absent(JsonNode json) {
    return json.isMissingNode() || json.isNull() || (json.isTextual() && json.asText().isBlank());
  }

  private static Duration deadline(JsonNode json) throws RefusedException {
    if (absent(json)) {
      return null;
    }
    try {
      Duration deadline = Duration.parse(json.asText());
      if (deadline.isNegative() || deadline.isZero() || deadline.compareTo(MAX_DEADLINE) > 0) {
        throw new RefusedException("the deadline must be above zero and at most " + MAX_DEADLINE);
      }
      return deadline;
    } catch (DateTimeException e) {
      throw new RefusedException("the deadline is not an ISO-8601 duration such as PT6H");
    }
  }

  /**
   * Omits invalid values, because wrong tracing headers must not prevent a job from being watched.
   */
  private static Correlation correlation(org.apache.kafka.common.header.Headers headers) {
    return new Correlation(
        matching(TRACEPARENT, HeaderNames.text(headers, HeaderNames.TRACEPARENT)),
        matching(PRINTABLE, HeaderNames.text(headers, HeaderNames.TRACESTATE)),
        matching(PRINTABLE, HeaderNames.text(headers, HeaderNames.CORRELATION_ID)));
  }

  /** The dead letter from which the request was redriven; null if there is none. */
  public static String redrivenFrom(org.apache.kafka.common.header.Headers headers) {
    return matching(LETTER, HeaderNames.text(headers, HeaderNames.REDRIVEN_FROM));
  }

  /**
   * Adds the headers of a request that the bridge uses, as far as they are valid. Each has at most
   * 512 bytes.
   */
  public static void copyHeaders(org.apache.kafka.common.header.Headers from, RecordHeaders to) {
    Correlation correlation = correlation(from);
    HeaderNames.add(to, HeaderNames.TRACEPARENT, correlation.traceparent());
    HeaderNames.add(to, HeaderNames.TRACESTATE, correlation.tracestate());
    HeaderNames.add(to, HeaderNames.CORRELATION_ID, correlation.correlationId());
    HeaderNames.add(to, HeaderNames.REDRIVEN_FROM, redrivenFrom(from));
  }

  private static String matching(Pattern pattern, String text) {
    return text != null && pattern.matcher(text).matches() ? text : null;
  }

  /** The canonical JSON of an accepted request. {@link #read} and {@link #decode} can read it. */
  public static byte[] encode(JobRequest request) {
    return Json.object(
        json -> {
          json.writeStringField("job_id", request.jobId());
          json.writeStringField("project_id", request.project().projectId());
          json.writeStringField("region", request.project().region());
          if (!request.labels().isEmpty()) {
            json.writeObjectField("labels", request.labels());
          }
          if (request.deadline() != null) {
            json.writeStringField("deadline", request.deadline().toString());
          }
        });
  }

  /**
   * Decodes the output of {@link #encode}. Does not check again whether the project is configured.
   *
   * @return null if the bytes are not an accepted request
   */
  public static JobRequest decode(byte[] value, org.apache.kafka.common.header.Headers headers) {
    try {
      JsonNode json = Json.read(value);
      ProjectRef project = new ProjectRef(Json.text(json, "region"), Json.text(json, "project_id"));
      if (!Watches.valid(project)) {
        return null;
      }
      return new JobRequest(
          Json.text(json, "job_id"),
          project,
          labels(json.path("labels")),
          deadline(json.path("deadline")),
          correlation(headers));
    } catch (IOException | RefusedException | NullPointerException e) {
      return null;
    }
  }
}
