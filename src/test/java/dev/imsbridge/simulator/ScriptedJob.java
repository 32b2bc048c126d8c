package dev.imsbridge.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.job.JobStatus;
import java.time.Duration;
import java.util.stream.Stream;

/** A job for a test, field by field as users send it to the simulator. Immutable. */
public final class ScriptedJob {
  private final ObjectNode json;

  private ScriptedJob(ObjectNode json) {
    this.json = json;
  }

  /** Returns a job of this type; everything else is derived from the seed and the job id. */
  public static ScriptedJob of(ImsJobType type) {
    return new ScriptedJob(JsonText.object()).with("job_type", type.wireName());
  }

  public ScriptedJob withId(String id) {
    return with("job_id", id);
  }

  public ScriptedJob lasting(Duration length) {
    return with("duration", length.toString());
  }

  public ScriptedJob succeeding() {
    return with("outcome", JobStatus.SUCCESS);
  }

  /** Returns a job that fails, with an error that is derived from the seed and the job id. */
  public ScriptedJob failing() {
    return with("outcome", JobStatus.FAIL);
  }

  public ScriptedJob failing(String code, String reason) {
    return failing().with("error_code", code).with("fail_reason", reason);
  }

  public ScriptedJob withSubJobs(int count, SubJobListing listing) {
    return with("sub_jobs", count).with("listing", listing);
  }

  public ScriptedJob withFaults(ScriptedFault... faults) {
    return with("faults", Stream.of(faults).map(ScriptedFault::json).toList());
  }

  private ScriptedJob with(String field, Object value) {
    return new ScriptedJob(json.deepCopy().set(field, JsonText.MAPPER.valueToTree(value)));
  }

  public JobSpec build() {
    return JsonText.read(json, JobSpec.class);
  }
}
