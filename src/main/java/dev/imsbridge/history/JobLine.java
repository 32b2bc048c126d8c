package dev.imsbridge.history;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One job of a tree as its transitions tell it.
 *
 * @param depth 0 for the root job
 * @param stages the statuses published, oldest first
 */
public record JobLine(String jobId, int depth, List<Stage> stages) {

  /**
   * A status.
   *
   * @param left when the next one was seen; null for the last
   */
  public record Stage(HistoryEvent transition, Instant left) {
    public String status() {
      return transition.event().status();
    }

    public Instant at() {
      return transition.at();
    }

    /** How long the job was seen at this status; null for the last. */
    public Duration stayed() {
      return left == null ? null : Duration.between(at(), left);
    }
  }

  public JobLine {
    stages = List.copyOf(stages);
  }

  public Stage last() {
    return stages.get(stages.size() - 1);
  }

  /** What its latest transition says of it. */
  public JsonNode latest() {
    return last().transition().event().data();
  }

  public boolean ended() {
    return latest().path("terminal").asBoolean();
  }
}
