package dev.imsbridge.history.rebuild;

import dev.imsbridge.history.rebuild.ComparisonCounts.Result;
import java.util.List;

/**
 * The result of a rebuild.
 *
 * @param partitions the inputs, by partition of the observations
 * @param topics the recomputed and compared records, by topic
 */
public record RebuildReport(List<Taken> partitions, List<ComparisonCounts> topics) {

  /**
   * The inputs of one partition.
   *
   * @param begin the first offset of the log; if it is above 0, retention has deleted inputs
   * @param observations the number of folded records
   * @param leftOut the number of records omitted, because the request of their job was deleted
   * @param jobsLeftOut the number of jobs omitted
   * @param endKnown whether missing records at the end are detected; false if the group has no
   *     offset for the partition
   */
  public record Taken(
      int partition,
      long begin,
      long observations,
      long leftOut,
      long jobsLeftOut,
      boolean endKnown) {}

  /** The number of records that differ. */
  public long different() {
    return topics.stream().mapToLong(each -> each.count(Result.DIFFERENT)).sum();
  }

  /** Whether all records could be recomputed and compared. */
  public boolean whole() {
    return partitions.stream().allMatch(each -> each.begin() == 0 && each.leftOut() == 0)
        && topics.stream().allMatch(each -> each.count(Result.NOT_COMPARED) == 0);
  }

  /** Whether missing records at the end were detectable in every partition. */
  public boolean endsKnown() {
    return partitions.stream().allMatch(Taken::endKnown);
  }
}
