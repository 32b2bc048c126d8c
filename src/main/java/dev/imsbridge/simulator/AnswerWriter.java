package dev.imsbridge.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.job.JobStatus;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;

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
   * @param fault null for none; faults that do not change the body are ignored
   */
  byte[] write(JobPlan plan, long rootStart, long elapsed, boolean cloudImages, FaultType fault) {
    long moment = fault == FaultType.STALE ? plan.momentBefore(elapsed) : elapsed;
    return JsonText.bytes(job(plan, new View(rootStart, moment, cloudImages, fault)));
  }

  /** The parameters that all parts of one answer share. */
  private record View(long rootStart, long elapsed, boolean cloudImages, FaultType fault) {
    boolean quirks() {
      return fault == FaultType.QUIRKS;
    }

    View ofSubJob() {
      return new View(rootStart, elapsed, false, quirks() ? fault : null);
    }
  }

  private ObjectNode job(JobPlan plan, View view) {
    JobStatus status = plan.statusAt(view.elapsed());
    boolean failed = status == JobStatus.FAIL && view.fault() != FaultType.CONTRADICTION;
    ObjectNode job =
        JsonText.object()
            .put("job_id", jobId(plan, view))
            .put("job_type", plan.jobType())
            .put("begin_time", time(view, plan.startMillis()));
    putEndTime(job, plan, status, view);
    job.put("status", statusText(status, view))
        .put("error_code", failed ? plan.failure().errorCode() : null)
        .put("fail_reason", failed ? plan.failure().failReason() : null);
    if (view.quirks() && status == JobStatus.INIT) {
      return job.put("entities", "");
    }
    return job.set("entities", entities(plan, status, view));
  }

  private String jobId(JobPlan plan, View view) {
    return view.fault() == FaultType.OTHER_JOB
        ? SeededRandom.of(seed, plan.jobId()).derive("other-job").hex()
        : plan.jobId();
  }

  private static String statusText(JobStatus status, View view) {
    if (view.fault() == FaultType.UNKNOWN_STATUS && !status.terminal()) {
      return "SUSPENDED";
    }
    if (view.fault() == FaultType.CONTRADICTION && status.terminal()) {
      return status == JobStatus.FAIL ? JobStatus.SUCCESS.name() : JobStatus.FAIL.name();
    }
    return view.quirks() ? status.name().toLowerCase(Locale.ROOT) : status.name();
  }

  /** Before the end of a job, IMS sends an empty, a null or no {@code end_time}. */
  private void putEndTime(ObjectNode job, JobPlan plan, JobStatus status, View view) {
    int form = SeededRandom.of(seed, plan.jobId()).derive("end-time").below(3);
    if (status.terminal()) {
      job.put("end_time", time(view, plan.endMillis()));
    } else if (form < 2) {
      job.put("end_time", form == 0 ? "" : null);
    }
  }

  private static String time(View view, long offset) {
    Instant instant = Instant.ofEpochMilli(view.rootStart() + offset);
    return (view.quirks() ? LEGACY_TIME : API_TIME).format(instant);
  }

  private ObjectNode entities(JobPlan plan, JobStatus status, View view) {
    List<JobPlan> listed =
        plan.subJobs().stream().filter(sub -> sub.startedAt(view.elapsed())).toList();
    ObjectNode object = entities.write(plan, status, view.elapsed(), view.quirks());
    if (plan.listing() != null) {
      putSubJobs(object, plan.listing(), listed, view);
    }
    if (view.cloudImages()) {
      if (status != JobStatus.RUNNING) {
        object.put("current_task", "").put("process_percent", status == JobStatus.INIT ? 0 : 1);
      }
      object.put("subJobId", listed.isEmpty() ? "" : plan.subJobs().get(0).jobId());
    }
    return object;
  }

  private void putSubJobs(
      ObjectNode object, SubJobListing listing, List<JobPlan> listed, View view) {
    switch (listing) {
      case RESULT -> {
        putAnswers(object.putArray("sub_jobs_result"), listed, view);
        putIds(object.putArray("sub_jobs_list"), listed);
      }
      case LIST -> putIds(object.putArray("sub_jobs_list"), listed);
      case ECS -> {
        object.put("sub_jobs_total", listed.size());
        putAnswers(object.putArray("sub_jobs"), listed, view);
      }
    }
  }

  private void putAnswers(ArrayNode array, List<JobPlan> listed, View view) {
    listed.forEach(sub -> array.add(job(sub, view.ofSubJob())));
  }

  private static void putIds(ArrayNode array, List<JobPlan> listed) {
    listed.forEach(sub -> array.add(sub.jobId()));
  }
}
