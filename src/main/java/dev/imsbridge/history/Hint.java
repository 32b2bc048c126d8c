package dev.imsbridge.history;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.wire.TimeRange;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a running bridge knows of a job tree that spares reading a topic from its beginning: which
 * transitions there are, and at what times. It says where to look and is never itself the answer; a
 * wrong one costs time only.
 *
 * @param sequence the number of transitions published; -1 when not known
 * @param stages those known; fewer than {@code sequence} when the oldest were dropped
 * @param requestedAt when the request that stands was accepted; null when not known
 * @param endedAt when the completion was published; null while there is none
 */
public record Hint(
    String rootJobId, long sequence, List<Stage> stages, Instant requestedAt, Instant endedAt) {

  /** A transition: a job's status, and when it was observed. */
  public record Stage(String jobId, String status, Instant at) {}

  public Hint {
    stages = List.copyOf(stages);
  }

  /** When all that is known is which job is the root: its partition is read from the beginning. */
  public static Hint ofRoot(String rootJobId) {
    return new Hint(rootJobId, -1, List.of(), null, null);
  }

  /** From the store. */
  public static Hint of(JobTree tree) {
    List<Stage> stages = new ArrayList<>();
    tree.nodes()
        .values()
        .forEach(
            node ->
                node.stages()
                    .forEach(
                        stage ->
                            stages.add(
                                new Stage(node.jobId(), stage.status().name(), stage.at()))));
    return new Hint(tree.rootJobId(), tree.sequence(), stages, tree.requestedAt(), tree.endedAt());
  }

  /**
   * From the body that {@code GET /api/v1/jobs/ID} answers.
   *
   * @return empty when it is something else
   */
  public static Optional<Hint> read(byte[] body) {
    try {
      JsonNode job = PublishedEvent.JSON.readTree(body);
      String root = job.path("job_id").asText();
      if (!JobId.valid(root) || !job.path("jobs").isArray()) {
        return Optional.empty();
      }
      List<Stage> stages = new ArrayList<>();
      for (JsonNode node : job.path("jobs")) {
        for (JsonNode stage : node.path("stages")) {
          stages.add(
              new Stage(
                  node.path("job_id").asText(), stage.path("status").asText(), time(stage, "at")));
        }
      }
      return Optional.of(
          new Hint(
              root,
              job.path("sequence").asLong(),
              stages,
              optional(job, "requested_at"),
              optional(job, "ended_at")));
    } catch (IOException | DateTimeException | ArithmeticException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Instant time(JsonNode object, String field) {
    return TimeRange.parse(object.path(field).asText());
  }

  private static Instant optional(JsonNode object, String field) {
    return object.path(field).isTextual() ? time(object, field) : null;
  }

  /** Whether it names every transition there is. */
  boolean complete() {
    return stages.size() == sequence;
  }
}
