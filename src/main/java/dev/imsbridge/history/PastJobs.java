package dev.imsbridge.history;

import java.time.Instant;
import java.util.List;

/**
 * The jobs that a search has found.
 *
 * @param jobs by the time of their latest transition, newest first
 * @param leftOut the number of older jobs that were found but omitted
 * @param reached null if all transitions were read; otherwise the search has read all transitions
 *     before this time
 */
public record PastJobs(List<PastJob> jobs, long leftOut, Instant reached) {

  /**
   * The progress of a search.
   *
   * @param read the progress in the transitions topic
   * @param found the number of jobs found so far
   */
  public record Progress(TopicReader.Progress read, int found) {}
}
