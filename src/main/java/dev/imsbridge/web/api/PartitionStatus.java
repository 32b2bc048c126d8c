package dev.imsbridge.web.api;

import dev.imsbridge.topology.PartitionView;

/**
 * A partition in the shape of the OpenAPI document.
 *
 * @param instance the address of the instance; null if no instance owns the partition at present
 * @param offset the offset of the next record, as committed; null if unknown
 * @param lag records between the offset and the end; null if unknown
 * @param copied records of the state that were copied; null if no copy is in progress
 * @param remaining records of the state that are still to be copied; null if unknown
 */
public record PartitionStatus(
    String topic,
    int partition,
    String instance,
    State state,
    Long offset,
    Long endOffset,
    Long lag,
    Long copied,
    Long remaining) {

  /** The task of the instance for the partition. */
  public enum State {
    /** Processes it. */
    RUNNING,
    /** Restores its state, and processes it afterwards. */
    RESTORING,
    /** Keeps a copy of its state. */
    STANDBY,
    /** The partition is moving to another instance, or its owner does not answer. */
    UNKNOWN
  }

  public static PartitionStatus of(PartitionView view, String instance) {
    PartitionView.Copy copy = view.copy();
    boolean known = view.offset() != null && view.endOffset() != null;
    return new PartitionStatus(
        view.topic(),
        view.partition(),
        instance,
        view.standby() ? State.STANDBY : copy == null ? State.RUNNING : State.RESTORING,
        view.offset(),
        view.endOffset(),
        known ? Math.max(0, view.endOffset() - view.offset()) : null,
        copy == null ? null : copy.copied(),
        copy == null ? null : copy.remaining());
  }

  static PartitionStatus unknown(String topic, int partition, String instance) {
    return new PartitionStatus(
        topic, partition, instance, State.UNKNOWN, null, null, null, null, null);
  }
}
