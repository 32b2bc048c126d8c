package dev.imsbridge.topology;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StandbyUpdateListener;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.apache.kafka.streams.processor.TaskId;

/**
 * The progress of the copies of state that this instance makes: of partitions that it restores, and
 * of its standbys. Kafka Streams reports each batch, so a reader needs no request to Kafka. Holds
 * at most one entry for each store and partition. Thread-safe.
 */
final class StateCopies implements StateRestoreListener, StandbyUpdateListener {

  private static final Duration STANDING = Duration.ofMinutes(1);

  /**
   * Offsets in the changelog topic.
   *
   * @param movedAt when records arrived last, in nanoseconds of the clock
   * @param reported whether {@link #standing} has returned it at this position
   */
  private record Progress(long start, long next, long end, long movedAt, boolean reported) {
    Progress asReported() {
      return new Progress(start, next, end, movedAt, true);
    }
  }

  private record Place(String store, int partition, boolean standby) {}

  private final Map<Place, Progress> copies = new ConcurrentHashMap<>();
  private final LongSupplier clock;

  /**
   * @param clock a monotonic clock, in nanoseconds
   */
  StateCopies(LongSupplier clock) {
    this.clock = clock;
  }

  /** Returns the progress of one copy; null if there is none, or it is not known yet. */
  PartitionView.Copy of(String store, int partition, boolean standby) {
    Progress at = copies.get(new Place(store, partition, standby));
    return at == null
        ? null
        : new PartitionView.Copy(
            Math.max(0, at.next() - at.start()), Math.max(0, at.end() - at.next()));
  }

  /**
   * Returns one line for each restore for which no record has arrived for a minute. A restore is
   * returned again only after it has advanced.
   */
  List<String> standing() {
    long now = clock.getAsLong();
    List<String> lines = new ArrayList<>();
    copies.forEach(
        (place, at) -> {
          boolean stands =
              !place.standby() && !at.reported() && now - at.movedAt() >= STANDING.toNanos();
          if (stands && copies.replace(place, at, at.asReported())) {
            lines.add(line(place, at));
          }
        });
    return lines;
  }

  private static String line(Place place, Progress at) {
    return ("the restore of store %s, partition %s, stands at offset %s of %s: Kafka cannot send"
            + " more, or a transaction hangs (see ImsBridgeRestoreSlow in docs/operations.md)")
        .formatted(place.store(), place.partition(), at.next(), at.end());
  }

  private Progress moved(long start, long next, long end) {
    return new Progress(start, next, end, clock.getAsLong(), false);
  }

  @Override
  public void onRestoreStart(TopicPartition changelog, String store, long start, long end) {
    copies.put(new Place(store, changelog.partition(), false), moved(start, start, end));
  }

  @Override
  public void onBatchRestored(TopicPartition changelog, String store, long last, long records) {
    move(new Place(store, changelog.partition(), false), last);
  }

  private void move(Place place, long last) {
    copies.computeIfPresent(place, (same, before) -> moved(before.start(), last + 1, before.end()));
  }

  @Override
  public void onRestoreEnd(TopicPartition changelog, String store, long records) {
    copies.remove(new Place(store, changelog.partition(), false));
  }

  @Override
  public void onRestoreSuspended(TopicPartition changelog, String store, long records) {
    copies.remove(new Place(store, changelog.partition(), false));
  }

  @Override
  public void onUpdateStart(TopicPartition changelog, String store, long start) {
    copies.remove(new Place(store, changelog.partition(), true));
  }

  @Override
  public void onBatchLoaded(
      TopicPartition changelog, String store, TaskId task, long last, long records, long end) {
    copies.compute(
        new Place(store, changelog.partition(), true),
        (place, before) ->
            moved(before == null ? last + 1 - records : before.start(), last + 1, end));
  }

  @Override
  public void onUpdateSuspended(
      TopicPartition changelog, String store, long next, long end, SuspendReason why) {
    copies.remove(new Place(store, changelog.partition(), true));
  }
}
