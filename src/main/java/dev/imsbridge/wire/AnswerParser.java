package dev.imsbridge.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.job.JobAnswer;
import dev.imsbridge.job.JobDetails;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobTimes;
import dev.imsbridge.job.JsonSize;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Parses the answers about a job from IMS, and from services whose answers have the same shape
 * (ECS, EVS, BMS). Pure and thread-safe.
 *
 * <p>Accepts every deviation seen so far: {@code ""}, {@code []}, {@code null} or no value in place
 * of any field, numbers instead of strings, many forms of time, unknown keys and types, unreadable
 * parts. An answer is malformed only if it cannot be about the requested job. The reasons are part
 * of the audit and must not change, because a rebuild compares them.
 */
public final class AnswerParser {
  // Limits in bytes, as JsonSize counts, and in number of images. One record holds all these fields
  // and the entries of the sub-jobs, and is limited to 4 MiB.
  static final int MAX_ENTITIES = 1 << 20;
  static final int MAX_RESULTS = 1 << 18;
  static final int MAX_REASON = 1 << 14;
  static final int MAX_CODE = 256;
  static final int MAX_IMAGES = 1_000;

  /** The fields of the entities that contain descriptions of sub-jobs. */
  static final List<String> SUB_JOB_FIELDS = List.of("sub_jobs_result", "sub_jobs");

  private static final List<String> ERROR_CODES = List.of("error_code", "addition_error_code");

  /** The last field is used by ECS. */
  private static final List<String> FAIL_REASONS =
      List.of("error", "addition_error_msg", "errorcode_message");

  /** The result of parsing. */
  public sealed interface Parsed {}

  public record Valid(JobAnswer answer) implements Parsed {}

  /**
   * @param reason one line that quotes nothing from the answer but a valid job id
   */
  public record Malformed(String reason) implements Parsed {}

  private AnswerParser() {}

  /**
   * Parses an answer.
   *
   * @param body the verbatim bytes; the caller limits their size
   * @param requestedJobId the job that the GET requested
   */
  public static Parsed parse(byte[] body, String requestedJobId) {
    return parse(body, requestedJobId, true);
  }

  /**
   * Parses an answer without entities, results and digests, which are null. Takes half the work of
   * {@link #parse(byte[], String)}, for callers that do not store the answer.
   */
  public static Parsed glance(byte[] body, String requestedJobId) {
    return parse(body, requestedJobId, false);
  }

  private static Parsed parse(byte[] body, String requestedJobId, boolean whole) {
    AnswerJson.Read read;
    try {
      read = AnswerJson.read(body);
    } catch (IOException e) {
      return new Malformed("not JSON");
    }
    JsonNode json = read.json();
    if (!json.isObject()) {
      return new Malformed("not a JSON object");
    }
    if (AnswerJson.isUnreadable(json.path("job_id"))
        || AnswerJson.isUnreadable(json.path("status"))) {
      return new Malformed("an unreadable job_id or status");
    }
    String jobId = Json.text(json, "job_id");
    if (jobId == null && Json.text(json, "status") == null) {
      return new Malformed("neither a job_id nor a status");
    }
    if (jobId != null && !jobId.equalsIgnoreCase(requestedJobId)) {
      return new Malformed(
          "about another job"
              + (JobId.valid(jobId) ? ": " + jobId : ", whose id has no valid form"));
    }
    return new Valid(job(json, whole, read.unreadable()));
  }

  /**
   * @param unreadable the unreadable parts of the whole answer; empty for a sub-job
   */
  private static JobAnswer job(JsonNode json, boolean whole, List<String> unreadable) {
    JsonNode entities = json.path("entities");
    List<JobAnswer> subJobs = new ArrayList<>();
    Set<String> named = new LinkedHashSet<>();
    for (String field : SUB_JOB_FIELDS) {
      for (JsonNode element : elements(entities, field)) {
        if (element.isObject()) {
          subJobs.add(job(element, whole, List.of()));
        } else {
          named.add(id(element));
        }
      }
    }
    elements(entities, "sub_jobs_list").forEach(element -> named.add(id(element)));
    named.remove(null);
    subJobs.forEach(subJob -> named.remove(subJob.jobId()));
    JsonNode results = entities.path("results");
    String entitiesText = whole && entities.isObject() ? verbatim(entities) : null;
    Limits limits = new Limits();
    List<String> unread = new ArrayList<>(unreadable);
    return new JobAnswer(
        Json.text(json, "job_id"),
        Json.text(json, "job_type"),
        Json.text(json, "status"),
        new JobTimes(time(json, "begin_time", unread), time(json, "end_time", unread)),
        progress(entities),
        new JobDetails(
            limits.cut("error_code", first(json, "error_code", entities, ERROR_CODES), MAX_CODE),
            limits.cut(
                "fail_reason", first(json, "fail_reason", entities, FAIL_REASONS), MAX_REASON),
            limits.first("image_ids", imageIds(entities), MAX_IMAGES)),
        limits.drop("entities", entitiesText, MAX_ENTITIES),
        whole && results.isArray() ? limits.drop("results", verbatim(results), MAX_RESULTS) : null,
        limits.exceeded,
        unread,
        subJobs,
        List.copyOf(named),
        whole ? digest(json, entitiesText) : null);
  }

  // The entities are most of an answer, and their text exists already.
  private static String digest(JsonNode json, String entitiesText) {
    if (entitiesText == null) {
      return Digest.half(write(json));
    }
    ObjectNode rest = JsonNodeFactory.instance.objectNode();
    json.properties().stream()
        .filter(field -> !field.getKey().equals("entities"))
        .forEach(field -> rest.set(field.getKey(), field.getValue()));
    return Digest.half(write(rest) + entitiesText);
  }

  private static Iterable<JsonNode> elements(JsonNode entities, String field) {
    JsonNode value = entities.path(field);
    return value.isArray() ? value : List.of();
  }

  private static String id(JsonNode element) {
    boolean text = element.isTextual() || element.isNumber();
    return text && !element.asText().isBlank() ? element.asText() : null;
  }

  private static Instant time(JsonNode json, String field, List<String> unread) {
    String text = Json.text(json, field);
    Instant time = ApiTime.parse(text);
    if (text != null && time == null) {
      unread.add(field + ": not a time");
    }
    return time;
  }

  /** Returns the progress from 0 to 1, given as a number or a text; null if there is none. */
  private static Double progress(JsonNode entities) {
    String text = Json.text(entities, "process_percent");
    if (text == null || text.length() > Json.MAX_NUMBER) {
      return null;
    }
    try {
      double progress = Double.parseDouble(text);
      return progress >= 0 && progress <= 1 ? progress : null;
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /**
   * Returns the text of a field of the job. If that is empty, returns the first text among other
   * fields of its entities.
   */
  private static String first(
      JsonNode json, String field, JsonNode entities, List<String> otherwise) {
    String text = Json.text(json, field);
    for (int i = 0; text == null && i < otherwise.size(); i++) {
      text = Json.text(entities, otherwise.get(i));
    }
    return text;
  }

  private static List<String> imageIds(JsonNode entities) {
    Set<String> ids = new LinkedHashSet<>();
    ids.add(Json.text(entities, "image_id"));
    for (JsonNode image : elements(entities, "__data_images")) {
      ids.add(image.isTextual() ? image.asText() : Json.text(image, "image_id"));
    }
    for (JsonNode result : elements(entities, "results")) {
      ids.add(Json.text(result, "image_id"));
    }
    // An image id has the form of a job id. Other values are available in the entities only.
    ids.removeIf(id -> !JobId.valid(id));
    return List.copyOf(ids);
  }

  /** Applies the limits to the fields of one job and records the fields that exceed them. */
  private static final class Limits {
    private final List<String> exceeded = new ArrayList<>();

    String cut(String field, String text, int max) {
      String cut = JsonSize.cut(text, max);
      note(field, text != null && cut.length() < text.length());
      return cut;
    }

    List<String> first(String field, List<String> values, int max) {
      note(field, values.size() > max);
      return values.size() > max ? values.subList(0, max) : values;
    }

    /** Drops an oversized JSON text as a whole, because a part of it is not JSON. */
    String drop(String field, String json, int max) {
      boolean over = json != null && JsonSize.exceeds(json, max);
      note(field, over);
      return over ? null : json;
    }

    private void note(String field, boolean over) {
      if (over) {
        exceeded.add(field);
      }
    }
  }

  /** The JSON text of a value; null if a part of it is unreadable. */
  private static String verbatim(JsonNode json) {
    return AnswerJson.hasUnreadable(json) ? null : write(json);
  }

  private static String write(JsonNode json) {
    try {
      return Json.wellFormed(Json.READER.writeValueAsString(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot write JSON that was read", e);
    }
  }
}
