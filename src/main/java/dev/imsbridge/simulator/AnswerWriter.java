package dev.imsbridge.simulator;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.imsbridge.job.JobStatus;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Writes the IMS answer about a planned job at a given time. The same arguments always give the
 * same bytes. Stateless and thread-safe.
 */
final class AnswerWriter {
  private static final DateTimeFormatter API_TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);
  private static final DateTimeFormatter LEGACY_TIME =
      DateTimeFormatter.ofPattern("dd-MMM-yyyy HH:mm:ss:SSS", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final long seed;
  private final EntitiesWriter entities;

  AnswerWriter(long seed, EntitiesWriter entities) {
    this.seed = seed;
    this.entities = entities;
  }

  /**
   * Writes the JSON body of one answer.
   *
   * @param rootStart start of the root job in epoch milliseconds
   * @param elapsed milliseconds since the start of the root job
   * @param cloudImages whether the request used the newer path, whose answers have more fields
   */
  byte[] write(
      JobPlan plan, long rootStart, long elapsed, boolean cloudImages, BodyFault bodyFault) {
    long moment = bodyFault == BodyFault.STALE ? plan.momentBefore(elapsed) : elapsed;
    View view = new View(rootStart, moment, cloudImages, bodyFault);
    return JsonText.bytes(json -> writeJob(json, plan, view));
  }

  /** The parameters that all parts of one answer share. */
  private record View(long rootStart, long elapsed, boolean cloudImages, BodyFault bodyFault) {
    boolean quirks() {
      return bodyFault == BodyFault.QUIRKS;
    }

    View ofSubJob() {
      return bodyFault == BodyFault.QUIRKS
          ? new View(rootStart, elapsed, false, bodyFault)
          : new View(rootStart, elapsed, false, BodyFault.NONE);
    }
  }

  private void writeJob(JsonGenerator json, JobPlan plan, View view) throws IOException {
    JobStatus status = plan.statusAt(view.elapsed());
    json.writeStartObject();
    json.writeStringField("job_id", jobId(plan, view));
    json.writeStringField("job_type", plan.jobType());
    json.writeStringField("begin_time", time(view, plan.startMillis()));
    writeEndTime(json, plan, status, view);
    json.writeStringField("status", statusText(status, view));
    boolean failed = status == JobStatus.FAIL && view.bodyFault() != BodyFault.CONTRADICTION;
    json.writeStringField("error_code", failed ? plan.failure().errorCode() : null);
    json.writeStringField("fail_reason", failed ? plan.failure().failReason() : null);
    writeEntities(json, plan, status, view);
    json.writeEndObject();
  }

  private String jobId(JobPlan plan, View view) {
    return view.bodyFault() == BodyFault.OTHER_JOB
        ? SeededRandom.of(seed, plan.jobId()).derive("other-job").hex()
        : plan.jobId();
  }

  private static String statusText(JobStatus status, View view) {
    return switch (view.bodyFault()) {
      case UNKNOWN_STATUS -> status.terminal() ? status.name() : "SUSPENDED";
      case CONTRADICTION ->
          switch (status) {
            case SUCCESS -> JobStatus.FAIL.name();
            case FAIL -> JobStatus.SUCCESS.name();
            default -> status.name();
          };
      case QUIRKS -> status.name().toLowerCase(Locale.ROOT);
      default -> status.name();
    };
  }

  /** Before the end of a job, IMS sends an empty, a null or no {@code end_time}. */
  private void writeEndTime(JsonGenerator json, JobPlan plan, JobStatus status, View view)
      throws IOException {
    if (status.terminal()) {
      json.writeStringField("end_time", time(view, plan.endMillis()));
      return;
    }
    switch (SeededRandom.of(seed, plan.jobId()).derive("end-time").below(3)) {
      case 0 -> json.writeStringField("end_time", "");
      case 1 -> json.writeNullField("end_time");
      default -> {
        // absent
      }
    }
  }

  private static String time(View view, long offset) {
    Instant instant = Instant.ofEpochMilli(view.rootStart() + offset);
    return (view.quirks() ? LEGACY_TIME : API_TIME).format(instant);
  }

  private void writeEntities(JsonGenerator json, JobPlan plan, JobStatus status, View view)
      throws IOException {
    if (view.quirks() && status == JobStatus.INIT) {
      json.writeStringField("entities", "");
      return;
    }
    json.writeObjectFieldStart("entities");
    entities.write(json, plan, status, view.elapsed(), view.quirks());
    if (plan.listing() != null) {
      writeSubJobs(json, plan, view);
    }
    if (view.cloudImages()) {
      if (status != JobStatus.RUNNING) {
        json.writeStringField("current_task", "");
        json.writeNumberField("process_percent", status == JobStatus.INIT ? 0 : 1);
      }
      boolean hasFirst = plan.listing() != null && listed(plan, view).findAny().isPresent();
      json.writeStringField("subJobId", hasFirst ? plan.subJobs().get(0).jobId() : "");
    }
    json.writeEndObject();
  }

  private void writeSubJobs(JsonGenerator json, JobPlan plan, View view) throws IOException {
    List<JobPlan> listed = listed(plan, view).toList();
    switch (plan.listing()) {
      case RESULT -> {
        writeSubJobAnswers(json, "sub_jobs_result", listed, view);
        writeSubJobIds(json, listed);
      }
      case LIST -> writeSubJobIds(json, listed);
      case ECS -> {
        json.writeNumberField("sub_jobs_total", listed.size());
        writeSubJobAnswers(json, "sub_jobs", listed, view);
      }
    }
  }

  private static Stream<JobPlan> listed(JobPlan plan, View view) {
    return plan.subJobs().stream().filter(sub -> sub.startedAt(view.elapsed()));
  }

  private void writeSubJobAnswers(JsonGenerator json, String field, List<JobPlan> listed, View view)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (JobPlan sub : listed) {
      writeJob(json, sub, view.ofSubJob());
    }
    json.writeEndArray();
  }

  private static void writeSubJobIds(JsonGenerator json, List<JobPlan> listed) throws IOException {
    json.writeArrayFieldStart("sub_jobs_list");
    for (JobPlan sub : listed) {
      json.writeString(sub.jobId());
    }
    json.writeEndArray();
  }
}
