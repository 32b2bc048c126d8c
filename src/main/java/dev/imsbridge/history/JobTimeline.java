package dev.imsbridge.history;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One job of a tree and its transitions.
 *
 * @param depth the depth in the tree; 0 for the root job
 * @param stages the published statuses, oldest first
 */
public record JobTimeline(String jobId, int depth, List<Stage> stages) {

  /**
   * A status of the job.
   *
   * @param transition the transition to this status
   * @param left when the next status was observed; null for the last status
   */
  public record Stage(HistoryEvent transition, Instant left) {
    public String status() {
      return transition.event().status();
    }

    public Instant at() {
      return transition.at();
    }

    /** How long the job had this status, as observed; null for the last status. */
    public Duration stayed() {
      return left == null ? null : Duration.between(at(), left);
    }
  }

  public Stage last() {
    return stages.get(stages.size() - 1);
  }

  /** The data of the latest transition. */
  public JsonNode latest() {
    return last().transition().event().data();
  }

  public boolean ended() {
    return latest().path("terminal").asBoolean();
  }
}
