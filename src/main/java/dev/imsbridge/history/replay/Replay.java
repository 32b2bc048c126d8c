package dev.imsbridge.history.replay;

import dev.imsbridge.history.TopicReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the events of a topic up to its current end and passes those that match a filter to a sink.
 * The events of a tree keep their order. Events of different partitions are interleaved unless
 * {@link #inTimeOrder} is set.
 *
 * <p>If there is a saver, the {@link ReplayProgress} is saved every second and at the end, each
 * time after the sink has settled. A resumed replay repeats the events published after the last
 * save, with the same {@code ce_id}s. Owned by one thread. Throws the exceptions of the Kafka
 * clients.
 */
public final class Replay {
  // The maximum disorder of record times in a partition: see TreeSearch.
  private static final Duration DISORDER = Duration.ofDays(1);

  /** Saves the progress of a replay. */
  public interface Saver {
    void save(ReplayProgress progress) throws IOException;
  }

  /**
   * The result of a replay.
   *
   * @param read the number of records read
   * @param taken the number of events taken by the sink
   * @param earlier the number of events taken before an interruption
   * @param complete false if the sink stopped the replay
   */
  public record Result(long read, long taken, long earlier, boolean complete) {}

  private final TopicReader reader;
  private final ReplayProgress start;
  private final ReplayFilter filter;
  private final EventRate rate;
  private final ReplaySink sink;
  private final Map<Integer, TopicPartition> partitions = new TreeMap<>();
  // Indexed by partition number, to avoid an object for each record.
  private final long[] next;
  private final long[] end;
  // In milliseconds. A record with a later time ends its partition.
  private final long latestTime;
  private TimeOrder merged;
  private long saveEveryNanos = Duration.ofSeconds(1).toNanos();
  private long taken;
  private long read;

  /**
   * @param reader at the beginning of the partitions to replay; not closed by the replay
   * @param start the progress to continue from; {@link ReplayProgress#none} to start a replay
   */
  public Replay(
      TopicReader reader,
      ReplayProgress start,
      ReplayFilter filter,
      EventRate rate,
      ReplaySink sink) {
    this.reader = reader;
    this.start = start;
    this.filter = filter;
    this.rate = rate;
    this.sink = sink;
    reader.partitions().forEach(each -> partitions.put(each.partition(), each));
    next = new long[partitions.keySet().stream().mapToInt(number -> number + 1).max().orElse(0)];
    end = new long[next.length];
    latestTime =
        filter.until() == null ? Long.MAX_VALUE : filter.until().plus(DISORDER).toEpochMilli();
    if (start.partitions().isEmpty()) {
      partitions.forEach((number, partition) -> end[number] = reader.end(partition));
      if (filter.from() != null) {
        reader.from(filter.from(), partitions.values());
      }
      advance();
    } else {
      partitions.forEach(this::resume);
    }
  }

  private void resume(int number, TopicPartition partition) {
    // A partition added later is not part of the replay.
    ReplayProgress.Place place =
        start.partitions().getOrDefault(number, new ReplayProgress.Place(0, 0));
    next[number] = place.next();
    end[number] = place.end();
    reader.until(partition, place.end());
    reader.from(partition, place.next());
  }

  /** Merges the events of all partitions by time. Cannot be combined with a saver. */
  public Replay inTimeOrder() {
    merged = new TimeOrder(reader);
    return this;
  }

  /** Sets the interval between saves. */
  void saveEvery(Duration time) {
    saveEveryNanos = time.toNanos();
  }

  /**
   * Runs to the end, or until the sink stops the replay.
   *
   * @param saver null to save no progress
   * @param progress called after each batch
   * @throws IOException if the saver fails
   */
  public Result run(Saver saver, Consumer<TopicReader.Progress> progress) throws IOException {
    if (saver != null && merged != null) {
      throw new IllegalStateException(
          "a replay in time order cannot save its progress: records that wait to be merged are read but"
              + " not published");
    }
    long saved = System.nanoTime();
    boolean wanted = true;
    while (wanted && !(merged == null ? reader.done() : merged.done())) {
      for (ConsumerRecord<byte[], byte[]> record : merged == null ? reader.next() : merged.next()) {
        wanted = wanted && process(record);
        if (saver != null && System.nanoTime() - saved > saveEveryNanos) {
          save(saver);
          saved = System.nanoTime();
        }
      }
      if (wanted) {
        advance();
      }
      progress.accept(reader.progress());
    }
    sink.settle();
    if (saver != null) {
      save(saver);
    }
    return new Result(read, taken, start.published(), wanted);
  }

  private boolean process(ConsumerRecord<byte[], byte[]> record) {
    read++;
    if (record.timestamp() > latestTime) {
      reader.leave(partitions.get(record.partition()));
    }
    if (filter.accepts(record)) {
      rate.await();
      if (!sink.take(record)) {
        return false;
      }
      taken++;
    }
    next[record.partition()] = record.offset() + 1;
    return true;
  }

  // Also skips transaction markers and aborted records. A partition that is no longer read is
  // complete.
  private void advance() {
    Map<TopicPartition, Long> positions = reader.positions();
    partitions.forEach(
        (number, partition) -> {
          Long position = positions.get(partition);
          next[number] = position == null ? end[number] : position;
        });
  }

  private void save(Saver saver) throws IOException {
    sink.settle();
    Map<Integer, ReplayProgress.Place> byNumber = new TreeMap<>();
    partitions
        .keySet()
        .forEach(
            number -> byNumber.put(number, new ReplayProgress.Place(next[number], end[number])));
    saver.save(
        new ReplayProgress(start.replayId(), start.order(), start.published() + taken, byNumber));
  }
}
