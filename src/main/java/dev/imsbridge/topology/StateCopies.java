package dev.imsbridge.topology;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StandbyUpdateListener;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.TaskId;

/**
 * The progress of the state that this instance copies from changelog topics: of partitions that it
 * restores, and of its standbys. Kafka Streams reports each batch, so reading the progress needs no
 * request to Kafka. Holds at most one entry for each store and partition. Thread-safe.
 */
final class StateCopies implements StateRestoreListener, StandbyUpdateListener {

  /** Offsets in the changelog topic. */
  private record Progress(long start, long next, long end) {}

  private record CopyKey(String store, int partition, boolean standby) {}

  private final Map<CopyKey, Progress> copies = new ConcurrentHashMap<>();

  /** Returns the progress of one copy; null if there is none, or it is not known yet. */
  PartitionView.Copy of(String store, int partition, boolean standby) {
    Progress at = copies.get(new CopyKey(store, partition, standby));
    return at == null
        ? null
        : new PartitionView.Copy(
            Math.max(0, at.next() - at.start()), Math.max(0, at.end() - at.next()));
  }

  @Override
  public void onRestoreStart(TopicPartition changelog, String store, long start, long end) {
    copies.put(new CopyKey(store, changelog.partition(), false), new Progress(start, start, end));
  }

  @Override
  public void onBatchRestored(TopicPartition changelog, String store, long last, long records) {
    move(new CopyKey(store, changelog.partition(), false), last);
  }

  private void move(CopyKey key, long last) {
    copies.computeIfPresent(
        key, (copy, before) -> new Progress(before.start(), last + 1, before.end()));
  }

  @Override
  public void onRestoreEnd(TopicPartition changelog, String store, long records) {
    copies.remove(new CopyKey(store, changelog.partition(), false));
  }

  @Override
  public void onRestoreSuspended(TopicPartition changelog, String store, long records) {
    copies.remove(new CopyKey(store, changelog.partition(), false));
  }

  @Override
  public void onUpdateStart(TopicPartition changelog, String store, long start) {
    copies.remove(new CopyKey(store, changelog.partition(), true));
  }

  @Override
  public void onBatchLoaded(
      TopicPartition changelog, String store, TaskId task, long last, long records, long end) {
    copies.compute(
        new CopyKey(store, changelog.partition(), true),
        (copy, before) ->
            new Progress(before == null ? last + 1 - records : before.start(), last + 1, end));
  }

  @Override
  public void onUpdateSuspended(
      TopicPartition changelog, String store, long next, long end, SuspendReason why) {
    copies.remove(new CopyKey(store, changelog.partition(), true));
  }
}
