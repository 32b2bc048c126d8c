package dev.imsbridge.history;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Goes through the events of a topic as it is now and hands those that fit to a sink. Each tree's
 * events come in their order; those of different partitions are mixed unless {@link #inTimeOrder}.
 *
 * <p>With somewhere to keep its {@link Bookmark} it does so every second and in the end, each time
 * after the sink has everything safe; one that goes on from there repeats what came after it, under
 * the same {@code ce_id}s. Owned by one thread, which filters, paces and feeds the sink, while
 * another reads ahead; Kafka's exceptions come through.
 */
public final class Replay {
  // How far the times of a partition's records may be out of order: see TreeSearch.
  private static final Duration DISORDER = Duration.ofDays(1);

  /** Where a replay's progress is kept. */
  public interface Keeper {
    void keep(Bookmark bookmark) throws IOException;
  }

  /**
   * What came of it.
   *
   * @param read the records that were read
   * @param taken the events among them that the sink took
   * @param earlier the events that the sink took before an interruption, by the bookmark
   */
  public record Result(long read, long taken, long earlier, boolean complete) {}

  private final TopicReader reader;
  private final String replayId;
  private final String order;
  private final ReplayFilter filter;
  private final Pace pace;
  private final ReplaySink sink;
  private final Map<Integer, TopicPartition> partitions = new TreeMap<>();
  // By number of the partition, as in a bookmark's place: no object for each record.
  private final long[] next;
  private final long[] end;
  // A record of a later time ends its partition.
  private final long last;
  private TimeOrder merged;
  private long keepEveryNanos = Duration.ofSeconds(1).toNanos();
  private long earlier;
  private long taken;
  private long read;

  /**
   * @param reader at the beginning of the partitions of a topic to replay; stays the caller's
   * @param order goes into bookmarks
   */
  public Replay(
      TopicReader reader,
      String replayId,
      String order,
      ReplayFilter filter,
      Pace pace,
      ReplaySink sink) {
    this.reader = reader;
    this.replayId = replayId;
    this.order = order;
    this.filter = filter;
    this.pace = pace;
    this.sink = sink;
    reader.partitions().forEach(each -> partitions.put(each.partition(), each));
    next = new long[partitions.keySet().stream().mapToInt(number -> number + 1).max().orElse(0)];
    end = new long[next.length];
    last = filter.until() == null ? Long.MAX_VALUE : filter.until().plus(DISORDER).toEpochMilli();
    partitions.forEach((number, partition) -> end[number] = reader.end(partition));
    if (filter.from() != null) {
      reader.from(filter.from(), partitions.values());
    }
    advance();
  }

  /** Gives the events of all partitions in the order of their times. Keeps no progress. */
  public Replay inTimeOrder() {
    merged = new TimeOrder(reader);
    return this;
  }

  /** Has progress kept more often, or less. */
  void keepEvery(Duration time) {
    keepEveryNanos = time.toNanos();
  }

  /** Goes on where a replay of the same order was. */
  public void resume(Bookmark bookmark) {
    earlier = bookmark.published();
    partitions.forEach(
        (number, partition) -> {
          // A partition that was added later holds nothing of that replay.
          Bookmark.Place place =
              bookmark.partitions().getOrDefault(number, new Bookmark.Place(0, 0));
          next[number] = place.next();
          end[number] = place.end();
          reader.until(partition, place.end());
          reader.from(partition, place.next());
        });
  }

  /**
   * Runs to the end, or until the sink wants no more.
   *
   * @param keeper null to keep nothing
   * @param progress told after each batch
   */
  public Result run(Keeper keeper, Consumer<TopicReader.Progress> progress) throws IOException {
    if (keeper != null && merged != null) {
      throw new IllegalStateException("records that wait to be merged have no bookmark");
    }
    long kept = System.nanoTime();
    boolean wanted = true;
    while (wanted && !(merged == null ? reader.done() : merged.done())) {
      for (ConsumerRecord<byte[], byte[]> record : merged == null ? reader.next() : merged.next()) {
        wanted = wanted && look(record);
        if (keeper != null && System.nanoTime() - kept > keepEveryNanos) {
          keep(keeper);
          kept = System.nanoTime();
        }
      }
      if (wanted) {
        advance();
      }
      progress.accept(reader.progress());
    }
    sink.settle();
    if (keeper != null) {
      keep(keeper);
    }
    return new Result(read, taken, earlier, wanted);
  }

  private boolean look(ConsumerRecord<byte[], byte[]> record) {
    read++;
    if (record.timestamp() > last) {
      reader.leave(partitions.get(record.partition()));
    }
    if (filter.accepts(record)) {
      pace.await();
      if (!sink.take(record)) {
        return false;
      }
      taken++;
    }
    next[record.partition()] = record.offset() + 1;
    return true;
  }

  // Past marks and aborted records, too; a partition that is left is done.
  private void advance() {
    Map<TopicPartition, Long> positions = reader.positions();
    partitions.forEach(
        (number, partition) -> {
          Long position = positions.get(partition);
          next[number] = position == null ? end[number] : position;
        });
  }

  private void keep(Keeper keeper) throws IOException {
    sink.settle();
    Map<Integer, Bookmark.Place> byNumber = new TreeMap<>();
    partitions
        .keySet()
        .forEach(number -> byNumber.put(number, new Bookmark.Place(next[number], end[number])));
    keeper.keep(new Bookmark(replayId, order, earlier + taken, byNumber));
  }
}
