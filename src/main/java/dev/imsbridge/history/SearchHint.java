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
 * The transitions of a job tree and their times, as known to a running bridge. With a hint, a topic
 * need not be read from its beginning. A hint only says where to look and is never part of the
 * answer. A wrong hint only costs time.
 *
 * @param sequence the number of published transitions; -1 if unknown
 * @param stages the known transitions; fewer than {@code sequence} if the oldest were dropped
 * @param requestedAt when the current request was accepted; null if unknown
 * @param endedAt when the completion was published; null if there is none
 */
public record SearchHint(
    String rootJobId, long sequence, List<Stage> stages, Instant requestedAt, Instant endedAt) {

  /** A transition: a job, its new status and the time at which it was observed. */
  public record Stage(String jobId, String status, Instant at) {}

  /** A hint that names only the root job. Its partition is read from the beginning. */
  public static SearchHint ofRoot(String rootJobId) {
    return new SearchHint(rootJobId, -1, List.of(), null, null);
  }

  /** Creates a hint from a tree in the store. */
  public static SearchHint of(JobTree tree) {
    List<Stage> stages =
        tree.nodes().values().stream()
            .flatMap(
                node ->
                    node.stages().stream()
                        .map(stage -> new Stage(node.jobId(), stage.status().name(), stage.at())))
            .toList();
    return new SearchHint(
        tree.rootJobId(), tree.sequence(), stages, tree.acceptance().requestedAt(), tree.endedAt());
  }

  /**
   * Creates a hint from a response body of {@code GET /api/v1/jobs/ID}.
   *
   * @return empty if the body is not such a response
   */
  public static Optional<SearchHint> read(byte[] body) {
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
          new SearchHint(
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

  /** Whether the hint lists every transition. */
  boolean complete() {
    return stages.size() == sequence;
  }

  /** Whether the hint lists every transition, and all of them follow the current request. */
  boolean ofOneRequest() {
    return complete()
        && requestedAt != null
        && stages.stream().noneMatch(stage -> stage.at().isBefore(requestedAt));
  }
}
