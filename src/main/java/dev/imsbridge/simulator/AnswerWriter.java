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
 * Says of a planned job what IMS would say of it at a moment. The same plan, start, moment and
 * bodyFault always give the same bytes. Stateless and thread-safe.
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
   * The body of one answer.
   *
   * @param rootStart epoch milliseconds at which the root job started
   * @param elapsed milliseconds since then
   * @param cloudImages whether the newer path was asked, which tells a little more
   */
  byte[] write(
      JobPlan plan, long rootStart, long elapsed, boolean cloudImages, BodyFault bodyFault) {
    long moment = bodyFault == BodyFault.STALE ? plan.momentBefore(elapsed) : elapsed;
    Telling telling = new Telling(rootStart, moment, cloudImages, bodyFault);
    return JsonText.bytes(json -> writeJob(json, plan, telling));
  }

  private record Telling(long rootStart, long elapsed, boolean cloudImages, BodyFault bodyFault) {
    boolean quirks() {
      return bodyFault == BodyFault.QUIRKS;
    }

    Telling ofSubJob() {
      return bodyFault == BodyFault.QUIRKS
          ? new Telling(rootStart, elapsed, false, bodyFault)
          : new Telling(rootStart, elapsed, false, BodyFault.NONE);
    }
  }

  private void writeJob(JsonGenerator json, JobPlan plan, Telling telling) throws IOException {
    JobStatus status = plan.statusAt(telling.elapsed());
    json.writeStartObject();
    json.writeStringField("job_id", jobId(plan, telling));
    json.writeStringField("job_type", plan.jobType());
    json.writeStringField("begin_time", time(telling, plan.startMillis()));
    writeEndTime(json, plan, status, telling);
    json.writeStringField("status", word(status, telling));
    boolean failed = status == JobStatus.FAIL && telling.bodyFault() != BodyFault.CONTRADICTION;
    json.writeStringField("error_code", failed ? plan.failure().errorCode() : null);
    json.writeStringField("fail_reason", failed ? plan.failure().failReason() : null);
    writeEntities(json, plan, status, telling);
    json.writeEndObject();
  }

  private String jobId(JobPlan plan, Telling telling) {
    return telling.bodyFault() == BodyFault.OTHER_JOB
        ? SeededRandom.of(seed, plan.jobId()).derive("other-job").hex()
        : plan.jobId();
  }

  private static String word(JobStatus status, Telling telling) {
    return switch (telling.bodyFault()) {
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

  /** Clients have met all three forms of an end that is not known yet. */
  private void writeEndTime(JsonGenerator json, JobPlan plan, JobStatus status, Telling telling)
      throws IOException {
    if (status.terminal()) {
      json.writeStringField("end_time", time(telling, plan.endMillis()));
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

  private static String time(Telling telling, long offset) {
    Instant instant = Instant.ofEpochMilli(telling.rootStart() + offset);
    return (telling.quirks() ? LEGACY_TIME : API_TIME).format(instant);
  }

  private void writeEntities(JsonGenerator json, JobPlan plan, JobStatus status, Telling telling)
      throws IOException {
    if (telling.quirks() && status == JobStatus.INIT) {
      json.writeStringField("entities", "");
      return;
    }
    json.writeObjectFieldStart("entities");
    entities.write(json, plan, status, telling.elapsed(), telling.quirks());
    if (plan.listing() != null) {
      writeSubJobs(json, plan, telling);
    }
    if (telling.cloudImages()) {
      if (status != JobStatus.RUNNING) {
        json.writeStringField("current_task", "");
        json.writeNumberField("process_percent", status == JobStatus.INIT ? 0 : 1);
      }
      boolean hasFirst = plan.listing() != null && listed(plan, telling).findAny().isPresent();
      json.writeStringField("subJobId", hasFirst ? plan.subJobs().get(0).jobId() : "");
    }
    json.writeEndObject();
  }

  private void writeSubJobs(JsonGenerator json, JobPlan plan, Telling telling) throws IOException {
    List<JobPlan> listed = listed(plan, telling).toList();
    switch (plan.listing()) {
      case RESULT -> {
        writeDescribed(json, "sub_jobs_result", listed, telling);
        writeNamed(json, listed);
      }
      case LIST -> writeNamed(json, listed);
      case ECS -> {
        json.writeNumberField("sub_jobs_total", listed.size());
        writeDescribed(json, "sub_jobs", listed, telling);
      }
    }
  }

  private static Stream<JobPlan> listed(JobPlan plan, Telling telling) {
    return plan.subJobs().stream().filter(sub -> sub.startedAt(telling.elapsed()));
  }

  private void writeDescribed(
      JsonGenerator json, String field, List<JobPlan> listed, Telling telling) throws IOException {
    json.writeArrayFieldStart(field);
    for (JobPlan sub : listed) {
      writeJob(json, sub, telling.ofSubJob());
    }
    json.writeEndArray();
  }

  private static void writeNamed(JsonGenerator json, List<JobPlan> listed) throws IOException {
    json.writeArrayFieldStart("sub_jobs_list");
    for (JobPlan sub : listed) {
      json.writeString(sub.jobId());
    }
    json.writeEndArray();
  }
}
