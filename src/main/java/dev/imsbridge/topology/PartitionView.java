package dev.imsbridge.topology;

/**
 * The progress of this instance on one input partition of the topology.
 *
 * @param standby whether the instance only keeps a copy of the state of the partition
 * @param offset the committed offset of the next record; null if unknown or if {@code standby}
 * @param endOffset the end of the partition; null if unknown or if {@code standby}
 * @param copy the progress of the copy of the state; null if the state is complete or its progress
 *     is not known yet
 */
public record PartitionView(
    String topic, int partition, boolean standby, Long offset, Long endOffset, Copy copy) {

  /**
   * The progress of a copy of the state, in records of its changelog topic.
   *
   * @param copied the records read since the copy began
   * @param remaining the records that are still to be read
   */
  public record Copy(long copied, long remaining) {}
}
