package dev.imsbridge.history;

import java.time.Instant;
import java.util.List;

/**
 * The jobs that a search has found. Immutable.
 *
 * @param jobs by their latest transition, the latest first
 * @param leftOut the number of earlier jobs that were found too
 * @param reached null if all transitions were read; otherwise no transition before this time is
 *     unread
 */
public record PastJobs(List<PastJob> jobs, long leftOut, Instant reached) {

  /**
   * The progress of a search.
   *
   * @param read in transitions
   * @param found the number of jobs found so far
   */
  public record Progress(TopicReader.Progress read, int found) {}
}
