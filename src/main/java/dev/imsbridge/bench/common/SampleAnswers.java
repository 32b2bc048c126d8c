package dev.imsbridge.bench.common;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** The answers of jobs without sub-jobs, as the poller writes them. */
public final class SampleAnswers {
  /** The statuses of the answers, in order. */
  public static final List<String> STATUSES = List.of("INIT", "RUNNING", "SUCCESS");

  private SampleAnswers() {}

  /** Returns the id of a job. All ids have the same length. */
  public static String id(long number) {
    return String.format(Locale.ROOT, "ff8080814dbd65d7014dbe0d%08x", number);
  }

  public static Observation of(String id, ProjectRef project, String status) {
    Instant now = Instant.now();
    Watch watch = new Watch(id, id, project, null, 1, now, now.plus(Duration.ofDays(2)));
    return new Observation(
        watch,
        Observation.Kind.ANSWER,
        now,
        1,
        200,
        "0b67bf0abe6d9a8844030ded87109c9f",
        Duration.ofMillis(31),
        null,
        null,
        body(id, status).getBytes(UTF_8));
  }

  /** Returns the body of an answer of IMS. */
  public static String body(String id, String status) {
    return """
    {"job_id": "%s", "job_type": "imsImportImageJob", "status": "%s",
     "begin_time": "2024-11-06T06:21:08.769Z", "end_time": %s, "error_code": null,
     "fail_reason": null, "entities": {"image_name": "test", "image_id": "%s"}}\
    """
        .formatted(
            id,
            status,
            status.equals("SUCCESS") ? "\"2024-11-06T06:27:03.742Z\"" : "\"\"",
            status.equals("SUCCESS") ? "431df7fd-a898-4dc0-86b1-22cfefb8a517" : "");
  }
}
