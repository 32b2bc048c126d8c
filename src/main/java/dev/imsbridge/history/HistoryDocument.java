package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.history.HistoryEvent.Kind;
import dev.imsbridge.job.Evidence;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Formats the history of a tree as the JSON document that {@code imsbridge history --json} prints
 * and {@code GET /api/v1/jobs/ID/history} returns. Its JSON Schema is the resource {@code
 * history.v1.schema.json} in the package of this class.
 *
 * <pre>{@code
 * {"job_id": the requested job, "root_job_id", "job_type", "region", "project_id", "status",
 *  "outcome", "lost_reason", "sequence", "begin_time", "end_time", "changed_at", "ended_at",
 *  "duration_ms", "error_code", "fail_reason", "image_ids": of the whole tree, "labels", "as_of",
 *  "request": {"topic", "partition", "offset", "accepted_at", "recorded_at", "correlation_id",
 *              "traceparent", "tracestate"} or null,
 *  "earlier_life": true, false, or null if unknown, "truncated", "records_read",
 *  "jobs": [{"job_id", "parent_job_id", "job_type", "status", "begin_time", "end_time",
 *            "error_code", "fail_reason", "image_ids",
 *            "stages": [{"status", "at", "duration_ms"}],
 *            "evidence": {"topic", "partition", "offset"}}],
 *  "events": [{"kind": "transition" | "completion" | "audit", "at", "job_id", "status",
 *              "previous_status", "sequence", "event": the CloudEvent,
 *              "position": {"topic", "partition", "offset"}}],
 *  "evidence": [{"topic", "partition", "offset", "retained", "truncated", "kind", "observed_at",
 *                "job_id", "attempt", "http_status", "request_id", "latency_ms",
 *                "encoding": "utf-8" | "base64", "body"}]}
 * }</pre>
 *
 * <p>{@code request} is the request for which the job is watched, null if it was not found. Its
 * {@code recorded_at} is the time of its record; it is null without {@code evidence}, or if the
 * record is no longer retained. {@code earlier_life} tells whether the topics hold events of an
 * earlier watch of the job. {@code evidence} is present if it was requested. If {@code truncated}
 * is true in one of its elements, the record is omitted because the answer reached its size limit.
 * Times are UTC with milliseconds. Unknown values are null. {@code changed_at} is the time of the
 * last observed change. {@code ended_at} is the time of the completion, when the whole tree was
 * complete; the end of the root job is its last stage. {@code duration_ms} is the time from begin
 * to end if IMS gives both. Otherwise it is the time from the first to the last observed status of
 * an ended job with at least two statuses. Pure functions.
 */
public final class HistoryDocument {
  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private static final Set<String> NUMBERS = Set.of("attempt", "http_status", "latency_ms");

  private HistoryDocument() {}

  public static ObjectNode of(TreeHistory history) {
    ObjectNode json = object();
    json.put("job_id", history.jobId());
    json.put("root_job_id", history.rootJobId());
    summary(json, history);
    json.put("as_of", time(history.asOf()));
    request(json, history);
    json.put("earlier_life", earlier(history.earlier()));
    json.put("truncated", history.truncated());
    json.put("records_read", history.recordsRead());
    ArrayNode jobs = json.putArray("jobs");
    history.jobs().forEach(job -> job(jobs.addObject(), job));
    ArrayNode events = json.putArray("events");
    history.events().forEach(event -> event(events.addObject(), event));
    if (history.evidence() != null) {
      ArrayNode evidence = json.putArray("evidence");
      history.evidence().forEach(body -> evidence(evidence.addObject(), body));
    }
    return json;
  }

  /** Returns the document as UTF-8 bytes, without an intermediate string. */
  public static byte[] utf8(TreeHistory history) {
    try {
      return PublishedEvent.JSON.writeValueAsBytes(of(history));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Boolean earlier(TreeHistory.EarlierWatch watch) {
    return switch (watch) {
      case FOUND -> true;
      case NONE -> false;
      case UNKNOWN -> null;
    };
  }

  private static void summary(ObjectNode json, TreeHistory history) {
    List<JobTimeline> jobs = history.jobs();
    JobTimeline root = jobs.stream().filter(job -> job.depth() == 0).findFirst().orElse(null);
    JsonNode latest = root == null ? MissingNode.getInstance() : root.latest();
    HistoryEvent end = history.completion().orElse(null);
    JsonNode completion = end == null ? MissingNode.getInstance() : end.event().data();
    copy(latest, json, "job_type", "region", "project_id", "status");
    copy(completion, json, "outcome", "lost_reason");
    List<HistoryEvent> published =
        history.events().stream().filter(event -> event.kind() != Kind.AUDIT).toList();
    json.put("sequence", published.stream().mapToLong(HistoryEvent::sequence).max().orElse(0));
    copy(latest, json, "begin_time", "end_time");
    json.put(
        "changed_at",
        published.stream()
            .map(HistoryEvent::at)
            .max(Instant::compareTo)
            .map(HistoryDocument::time)
            .orElse(null));
    json.put("ended_at", end == null ? null : time(end.at()));
    json.put("duration_ms", root == null ? null : millis(duration(root)));
    copy(latest, json, "error_code", "fail_reason");
    ArrayNode imageIds = json.putArray("image_ids");
    imageIds(history).forEach(imageIds::add);
    json.set("labels", latest.path("labels").isObject() ? latest.get("labels") : object());
  }

  /** Returns the images of the whole tree. */
  public static List<String> imageIds(TreeHistory history) {
    return Stream.concat(
            history.completion().stream().map(event -> event.event().data()),
            history.jobs().stream().map(JobTimeline::latest))
        .flatMap(data -> StreamSupport.stream(data.path("image_ids").spliterator(), false))
        .map(JsonNode::asText)
        .distinct()
        .toList();
  }

  private static void request(ObjectNode json, TreeHistory history) {
    AcceptedRequest request = history.request();
    if (request == null) {
      json.putNull("request");
      return;
    }
    ObjectNode source = json.putObject("request");
    position(source, request.position());
    source.put("accepted_at", time(request.acceptedAt()));
    source.put("recorded_at", time(history.requestRecordedAt()));
    for (String name : AcceptedRequest.CORRELATION) {
      source.put(name.replace('-', '_'), request.headers().get(name));
    }
  }

  private static void job(ObjectNode json, JobTimeline job) {
    JsonNode latest = job.latest();
    json.put("job_id", job.jobId());
    copy(latest, json, "parent_job_id", "job_type", "status", "begin_time", "end_time");
    copy(latest, json, "error_code", "fail_reason");
    boolean images = latest.path("image_ids").isArray();
    json.set("image_ids", images ? latest.get("image_ids") : object().arrayNode());
    ArrayNode stages = json.putArray("stages");
    for (JobTimeline.Stage stage : job.stages()) {
      stages
          .addObject()
          .put("status", stage.status())
          .put("at", time(stage.at()))
          .put("duration_ms", millis(stage.stayed()));
    }
    position(json.putObject("evidence"), job.last().transition().evidence().orElse(null));
  }

  private static void event(ObjectNode json, HistoryEvent event) {
    JsonNode data = event.event().data();
    json.put("kind", event.kind().word());
    json.put("at", time(event.at()));
    json.put("job_id", event.event().jobId());
    copy(data, json, "status", "previous_status", "sequence");
    json.set("event", event.event().cloudEvent());
    position(json.putObject("position"), event.position());
  }

  private static void evidence(ObjectNode json, EvidenceRecord observed) {
    position(json, observed.position());
    boolean omitted = observed.availability() == EvidenceRecord.Availability.OMITTED;
    json.put("retained", omitted ? null : Boolean.valueOf(observed.retained()));
    json.put("truncated", omitted);
    observed.headers().forEach((name, value) -> header(json, name.replace('-', '_'), value));
    if (observed.body() != null) {
      String text = text(observed.body());
      json.put("encoding", text == null ? "base64" : "utf-8");
      json.put("body", text == null ? Base64.getEncoder().encodeToString(observed.body()) : text);
    }
  }

  private static void header(ObjectNode json, String name, String value) {
    if (NUMBERS.contains(name) && value.matches("\\d{1,18}")) {
      json.put(name, Long.parseLong(value));
    } else {
      json.put(name, value);
    }
  }

  /** Decodes a body; returns null if it is not UTF-8. */
  private static String text(byte[] body) {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static void position(ObjectNode json, Evidence position) {
    if (position != null) {
      json.put("topic", position.topic());
      json.put("partition", position.partition());
      json.put("offset", position.offset());
    }
  }

  /**
   * Returns the duration of a job; null if it has not ended or was first observed at its end,
   * unless IMS gives both times.
   */
  public static Duration duration(JobTimeline job) {
    Instant begin = PublishedEvent.time(job.latest().path("begin_time"));
    Instant end = PublishedEvent.time(job.latest().path("end_time"));
    if (begin != null && end != null && !end.isBefore(begin)) {
      return Duration.between(begin, end);
    }
    return job.ended() && job.stages().size() > 1
        ? Duration.between(job.stages().get(0).at(), job.last().at())
        : null;
  }

  static String time(Instant time) {
    return time == null ? null : TIME.format(time);
  }

  private static Long millis(Duration duration) {
    return duration == null ? null : Long.valueOf(duration.toMillis());
  }

  /** Copies fields unchanged; absent fields become null. */
  static void copy(JsonNode from, ObjectNode to, String... fields) {
    for (String field : fields) {
      to.set(field, from.get(field));
    }
  }

  private static ObjectNode object() {
    return PublishedEvent.JSON.createObjectNode();
  }
}
