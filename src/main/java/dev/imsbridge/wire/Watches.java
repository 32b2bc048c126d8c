package dev.imsbridge.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/** The values of the watches topic. */
public final class Watches {
  private Watches() {}

  public static byte[] encode(Watch watch) {
    return Json.object(
        json -> {
          json.writeStringField("job_id", watch.jobId());
          json.writeStringField("root_job_id", watch.rootJobId());
          json.writeStringField("project_id", watch.project().projectId());
          json.writeStringField("region", watch.project().region());
          Json.string(json, "job_type", watch.jobType());
          json.writeNumberField("generation", watch.generation());
          Json.instant(json, "opened_at", watch.openedAt());
          Json.instant(json, "deadline_at", watch.deadlineAt());
        });
  }

  /** Reads a watch; empty when these bytes are none. Its ids go into a URL, so they are checked. */
  public static Optional<Watch> decode(byte[] value) {
    try {
      JsonNode json = Json.read(value);
      Watch watch =
          new Watch(
              Json.text(json, "job_id"),
              Json.text(json, "root_job_id"),
              new ProjectRef(Json.text(json, "region"), Json.text(json, "project_id")),
              Json.text(json, "job_type"),
              json.path("generation").asInt(),
              Instant.parse(Json.text(json, "opened_at")),
              Instant.parse(Json.text(json, "deadline_at")));
      return JobId.valid(watch.jobId()) && JobId.valid(watch.rootJobId())
          ? Optional.of(watch)
          : Optional.empty();
    } catch (IOException | DateTimeException | NullPointerException e) {
      return Optional.empty();
    }
  }
}
