package dev.imsbridge.topology;

/**
 * How far this instance is with one partition that the topology reads.
 *
 * @param standby whether the instance only keeps a copy of the state of the partition
 * @param offset the offset of the next record, as committed; null if unknown, and of a standby
 * @param endOffset the end of the partition; null if unknown, and of a standby
 * @param copy the progress of the copy of the state; null if the state is complete, and until the
 *     progress is known
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
