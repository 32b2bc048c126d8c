package dev.imsbridge.history;

import dev.imsbridge.wire.Outgoing;
import dev.imsbridge.wire.RootPartition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Published transitions, or completions, beside the recomputed ones: key by key in the key's order,
 * and in the order of the partition where the topic has as many partitions as the observations.
 *
 * <p>Records that come before the one that is looked for are held, so memory grows with disorder
 * and with what is missing; with another number of partitions it is a whole partition's worth.
 * Confined to one thread.
 */
final class EventComparison {

  /** A published record that no recomputed one has claimed yet. */
  private record Held(int partition, long offset, Likeness likeness) {}

  private final Cursor published;
  private final Tally tally;
  private final Map<String, Deque<Held>> held = new LinkedHashMap<>();
  private final Map<String, Boolean> lenient = new HashMap<>();
  private Predicate<String> ours;
  private Predicate<ConsumerRecord<byte[], byte[]>> gone;
  private boolean sameOrder;
  private boolean compared;
  private boolean cut;

  EventComparison(Cursor published, Tally tally) {
    this.published = published;
    this.tally = tally;
  }

  /**
   * Begins with what follows from a partition of the observations.
   *
   * @param partitions how many these have
   * @param gone whether a published record rests on an observation that is no longer there
   */
  void begin(int partition, int partitions, Predicate<ConsumerRecord<byte[], byte[]>> gone) {
    this.gone = gone;
    held.clear();
    lenient.clear();
    compared = false;
    sameOrder = published.partitions().size() == partitions;
    List<TopicPartition> all =
        published.partitions().stream()
            .filter(each -> !sameOrder || each.partition() == partition)
            .toList();
    cut = all.stream().anyMatch(each -> published.begin(each) > 0);
    ours = key -> RootPartition.of(key, partitions) == partition;
    published.read(all);
  }

  /** From here on, records of this key may stand there that nothing recomputed leads to. */
  void beganEarlier(String key) {
    lenient.put(key, true);
  }

  /**
   * Takes a record that follows from an input.
   *
   * @param due whether it must have been published by now
   */
  void expect(Outgoing record, boolean due) {
    Likeness wanted = Likeness.of(record);
    boolean waited = held.containsKey(wanted.key());
    Held found = claim(wanted);
    if (found == null) {
      if (due && cut && !compared) {
        tally.untold(1);
      } else if (due) {
        tally.different(-1, -1, wanted.key(), "missing: of " + at(record.timestamp()));
      }
      return;
    }
    compared = true;
    String unlike = found.likeness().unlike(wanted);
    if (!unlike.isEmpty()) {
      tally.different(found.partition(), found.offset(), wanted.key(), "differs in its " + unlike);
    } else if (waited && sameOrder && !lenient.containsKey(wanted.key())) {
      tally.different(
          found.partition(), found.offset(), wanted.key(), "stands before records it comes after");
    } else {
      tally.identical();
    }
  }

  private static String at(long timestamp) {
    return java.time.Instant.ofEpochMilli(timestamp).toString();
  }

  private Held claim(Likeness wanted) {
    for (Held next = next(wanted); next != null; next = next(wanted)) {
      if (!lenient.containsKey(wanted.key()) || next.likeness().equals(wanted)) {
        return next;
      }
      tally.untold(1);
    }
    return null;
  }

  /** The next published record of a key; null when there is none. */
  private Held next(Likeness wanted) {
    Deque<Held> waiting = held.get(wanted.key());
    if (waiting != null) {
      Held first = waiting.poll();
      if (waiting.isEmpty()) {
        held.remove(wanted.key());
      }
      return first;
    }
    // Where the topic's beginning is gone, so may this be: it is not looked for before the first
    // that is there.
    if (cut && !compared) {
      ConsumerRecord<byte[], byte[]> first = published.peek();
      if (first == null || !Likeness.of(first).equals(wanted)) {
        return null;
      }
    }
    for (ConsumerRecord<byte[], byte[]> record = read(); record != null; record = read()) {
      Held each = new Held(record.partition(), record.offset(), Likeness.of(record));
      if (each.likeness().key().equals(wanted.key())) {
        return each;
      }
      if (sameOrder || ours.test(each.likeness().key())) {
        held.computeIfAbsent(each.likeness().key(), key -> new ArrayDeque<>()).add(each);
      }
    }
    return null;
  }

  /**
   * Says that nothing more follows: what is left was published without a reason.
   *
   * @param untold keys of which the observations that are left do not tell all
   */
  void end(Predicate<String> untold) {
    for (ConsumerRecord<byte[], byte[]> record = read(); record != null; record = read()) {
      Likeness likeness = Likeness.of(record);
      if (sameOrder || ours.test(likeness.key())) {
        left(new Held(record.partition(), record.offset(), likeness), untold);
      }
    }
    held.values().forEach(each -> each.forEach(record -> left(record, untold)));
  }

  /** The next record that rests on anything that is left; null at the end. */
  private ConsumerRecord<byte[], byte[]> read() {
    ConsumerRecord<byte[], byte[]> record = published.next();
    while (record != null && gone.test(record)) {
      tally.untold(1);
      record = published.next();
    }
    return record;
  }

  private void left(Held record, Predicate<String> untold) {
    String key = record.likeness().key();
    if (untold.test(key) || !ours.test(key)) {
      tally.untold(1);
    } else {
      tally.different(
          record.partition(), record.offset(), key, "one too many: nothing leads to it");
    }
  }
}
