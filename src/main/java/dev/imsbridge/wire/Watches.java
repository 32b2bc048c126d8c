package dev.imsbridge.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Encodes and decodes the values of the watches topic. */
public final class Watches {
  private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern PROJECT_ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");
  private static final int MAX_TYPE_LENGTH = 128;

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

  /**
   * Reads a watch. A watch with an invalid value is rejected, because its ids go into URLs, its
   * project into metrics and its times into calculations.
   *
   * @return empty if the bytes are not a valid watch
   */
  public static Optional<Watch> decode(byte[] value) {
    try {
      JsonNode json = Json.read(value);
      Watch watch =
          new Watch(
              Json.text(json, "job_id"),
              Json.text(json, "root_job_id"),
              new ProjectRef(Json.text(json, "region"), Json.text(json, "project_id")),
              jobType(json),
              generation(json),
              TimeRange.parse(Json.text(json, "opened_at")),
              TimeRange.parse(Json.text(json, "deadline_at")));
      boolean valid =
          JobId.valid(watch.jobId())
              && JobId.valid(watch.rootJobId())
              && valid(watch.project())
              && watch.generation() >= 1;
      return valid ? Optional.of(watch) : Optional.empty();
    } catch (IOException | DateTimeException | NullPointerException e) {
      return Optional.empty();
    }
  }

  /** Whether region and project id have the form that the settings of a project require. */
  static boolean valid(ProjectRef project) {
    return REGION.matcher(project.region()).matches()
        && PROJECT_ID.matcher(project.projectId()).matches();
  }

  // IMS chooses the type, and it only helps to plan polls. A long one must not prevent the watch.
  private static String jobType(JsonNode json) {
    String type = Json.text(json, "job_type");
    return type == null || type.length() > MAX_TYPE_LENGTH ? null : type;
  }

  // Returns 0, which no watch has, if the value is not an int.
  private static int generation(JsonNode json) {
    JsonNode generation = json.path("generation");
    return generation.isIntegralNumber() && generation.canConvertToInt()
        ? generation.intValue()
        : 0;
  }
}
