package dev.imsbridge.history;

import java.util.List;

/**
 * What a rebuild came to.
 *
 * @param partitions what was taken, by partition of the observations
 * @param topics by topic: what followed, and how it compares
 */
public record RebuildReport(List<Taken> partitions, List<Tally> topics) {

  public RebuildReport {
    partitions = List.copyOf(partitions);
    topics = List.copyOf(topics);
  }

  /**
   * @param begin the offset the log begins with: above 0, retention has deleted inputs
   * @param inputs records taken
   * @param leftOut records about jobs whose request is gone
   * @param jobsLeftOut how many jobs these are
   * @param endKnown whether the bridge's group says how far it has come, so that what is missing at
   *     the end can be told
   */
  public record Taken(
      int partition, long begin, long inputs, long leftOut, long jobsLeftOut, boolean endKnown) {}

  /** How many records are not as they should be. */
  public long different() {
    return topics.stream().mapToLong(Tally::differentRecords).sum();
  }

  /** Whether everything there ever was could be recomputed, and so compared. */
  public boolean whole() {
    return partitions.stream().allMatch(each -> each.begin() == 0 && each.leftOut() == 0)
        && topics.stream().allMatch(each -> each.untoldRecords() == 0);
  }

  /** Whether records missing at the end could be told in every partition. */
  public boolean endsKnown() {
    return partitions.stream().allMatch(Taken::endKnown);
  }
}
