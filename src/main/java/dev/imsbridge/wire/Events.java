package dev.imsbridge.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobRequest.Correlation;
import dev.imsbridge.job.JobState;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.job.Output.Audited;
import dev.imsbridge.job.Output.Completion;
import dev.imsbridge.job.Output.SubJob;
import dev.imsbridge.job.Output.Transition;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.wire.CloudEvent.Mode;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Encodes the outputs of the fold as events. Equal outputs give equal bytes and equal ids,
 * regardless of the time and the instance that writes them, so that consumers can recognize a
 * replayed event. Immutable and thread-safe.
 */
public final class Events {
  static final String SCHEMAS = "https://imsbridge.dev/schemas/";
  private final Mode mode;

  public Events(Mode mode) {
    this.mode = mode;
  }

  /** Encodes a transition. */
  public Event transition(Transition transition) {
    JobState state = transition.state();
    String status = state.status().name();
    String id =
        state.status() == JobStatus.LOST
            ? id(state, status + "/" + transition.request())
            : id(state, status);
    return event(
        state,
        id,
        "dev.imsbridge.job." + status.toLowerCase(Locale.ROOT) + ".v1",
        "transition.v1.json",
        null,
        transition.correlation(),
        json -> state(json, state, transition.previousStatus(), true));
  }

  /** Encodes the completion of a root job. */
  public Event completion(Completion completion) {
    JobState state = completion.state();
    String outcome = "COMPLETED/" + completion.outcome();
    String id =
        state.status() == JobStatus.LOST
            ? id(state, outcome + "/" + completion.request())
            : id(state, outcome);
    return event(
        state,
        id,
        "dev.imsbridge.job.completed.v1",
        "completion.v1.json",
        completion.outcome(),
        completion.correlation(),
        json -> {
          state(json, state, completion.previousStatus(), true);
          Json.instant(json, "root_ended_at", completion.rootEndedAt());
          json.writeStringField("outcome", completion.outcome().name());
          Json.string(json, "lost_reason", name(completion.lostReason()));
          json.writeObjectField("duration_ms", state.times().durationMs());
          json.writeFieldName("results");
          json.writeRawValue(completion.results() == null ? "[]" : completion.results());
          json.writeArrayFieldStart("sub_jobs");
          for (SubJob subJob : completion.subJobs()) {
            subJob(json, subJob);
          }
          json.writeEndArray();
        });
  }

  /** Encodes a value of the status topic: a transition without its {@code previous_status}. */
  public byte[] status(JobState state) {
    return Json.object(json -> state(json, state, null, false));
  }

  /**
   * Encodes an audit entry.
   *
   * @param request the accepted request for the job; null if none is known
   * @param link the place of the entry in the chain
   */
  public Event audit(
      Audited audited,
      String rootJobId,
      JobRequest request,
      Evidence evidence,
      Instant at,
      AuditChain.Link link) {
    String jobId = audited.jobId() == null ? rootJobId : audited.jobId();
    CloudEvent.Attributes attributes =
        new CloudEvent.Attributes(
            Digest.half("audit/" + link.previousHash() + "/" + link.position()),
            source(request == null ? null : request.project()),
            "dev.imsbridge.audit." + audited.what().word() + ".v1",
            jobId,
            at,
            SCHEMAS + "audit.v1.json",
            new CloudEvent.Extensions(rootJobId, link.position()));
    byte[] data =
        Json.object(
            json -> {
              json.writeNumberField("partition", link.source().at().partition());
              json.writeNumberField("position", link.position());
              json.writeStringField("previous_hash", link.previousHash());
              json.writeStringField("what", audited.what().word());
              json.writeStringField("why", audited.why());
              json.writeStringField("root_job_id", rootJobId);
              json.writeStringField("job_id", jobId);
              Json.instant(json, "at", at);
              Json.string(json, "body_sha256", audited.bodySha256());
              evidence(json, evidence);
              input(json, link.source());
              json.writeObjectFieldStart("details");
              for (Map.Entry<String, String> detail : new TreeMap<>(audited.details()).entrySet()) {
                json.writeStringField(detail.getKey(), detail.getValue());
              }
              json.writeEndObject();
            });
    Correlation correlation = request == null ? Correlation.NONE : request.correlation();
    return CloudEvent.encode(mode, attributes, correlation, data);
  }

  /**
   * @param outcome null for a transition
   */
  private Event event(
      JobState state,
      String id,
      String type,
      String schema,
      JobOutcome outcome,
      Correlation correlation,
      Json.Body body) {
    CloudEvent.Attributes attributes =
        new CloudEvent.Attributes(
            id,
            source(state.project()),
            type,
            state.jobId(),
            state.observedAt(),
            SCHEMAS + schema,
            new CloudEvent.Extensions(state.rootJobId(), state.sequence())
                .with("status", state.status().name())
                .with("outcome", name(outcome))
                .with("jobtype", state.jobType())
                .with("project", state.project().projectId()));
    return CloudEvent.encode(mode, attributes, correlation, Json.object(body));
  }

  private static String source(ProjectRef project) {
    return project == null
        ? "urn:huaweicloud:ims"
        : "urn:huaweicloud:ims:" + project.region() + ":" + project.projectId();
  }

  private static String id(JobState state, String what) {
    ProjectRef project = state.project();
    String key = Watch.key(state.rootJobId(), state.jobId());
    String name = String.join("/", project.region(), project.projectId(), key, what);
    return Digest.half(name);
  }

  private static void state(
      JsonGenerator json, JobState state, JobStatus previous, boolean withPrevious)
      throws IOException {
    json.writeStringField("job_id", state.jobId());
    json.writeStringField("root_job_id", state.rootJobId());
    Json.string(json, "parent_job_id", state.parentJobId());
    Json.string(json, "job_type", state.jobType());
    json.writeStringField("region", state.project().region());
    json.writeStringField("project_id", state.project().projectId());
    if (withPrevious) {
      Json.string(json, "previous_status", name(previous));
    }
    json.writeStringField("status", state.status().name());
    json.writeBooleanField("terminal", state.status().terminal());
    json.writeNumberField("sequence", state.sequence());
    Json.instant(json, "begin_time", state.times().beginTime());
    Json.instant(json, "end_time", state.times().endTime());
    Json.instant(json, "observed_at", state.observedAt());
    Json.string(json, "error_code", state.details().errorCode());
    Json.string(json, "fail_reason", state.details().failReason());
    strings(json, "image_ids", state.details().imageIds());
    json.writeFieldName("entities");
    json.writeRawValue(state.entities() == null ? "null" : state.entities());
    json.writeObjectField("labels", state.labels());
    evidence(json, state.evidence());
  }

  private static void subJob(JsonGenerator json, SubJob subJob) throws IOException {
    json.writeStartObject();
    json.writeStringField("job_id", subJob.jobId());
    json.writeStringField("parent_job_id", subJob.parentJobId());
    Json.string(json, "job_type", subJob.jobType());
    Json.string(json, "status", name(subJob.status()));
    strings(json, "image_ids", subJob.details().imageIds());
    Json.string(json, "error_code", subJob.details().errorCode());
    Json.string(json, "fail_reason", subJob.details().failReason());
    json.writeEndObject();
  }

  private static void evidence(JsonGenerator json, Evidence evidence) throws IOException {
    json.writeObjectFieldStart("evidence");
    position(json, evidence);
    json.writeEndObject();
  }

  private static void input(JsonGenerator json, AuditChain.Source source) throws IOException {
    json.writeObjectFieldStart("input");
    position(json, source.at());
    json.writeStringField("sha256", source.sha256());
    json.writeStringField("before_sha256", source.before());
    json.writeEndObject();
  }

  private static void position(JsonGenerator json, Evidence evidence) throws IOException {
    json.writeStringField("topic", evidence.topic());
    json.writeNumberField("partition", evidence.partition());
    json.writeNumberField("offset", evidence.offset());
  }

  private static void strings(JsonGenerator json, String field, List<String> values)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  private static String name(Enum<?> value) {
    return value == null ? null : value.name();
  }
}
