package dev.imsbridge.history.rebuild;

import dev.imsbridge.history.Cursor;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.RootPartition;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Compares published transitions or completions with the recomputed ones, in the order of each key.
 * If the topic has as many partitions as the observations, the order within a partition is compared
 * too.
 *
 * <p>Published records that precede the wanted one are held, so memory grows with disorder and with
 * missing records. If partition counts differ, the records of a whole partition are held. Confined
 * to one thread.
 */
final class EventComparison {

  /** A published record not yet matched by a recomputed one. */
  private record Held(int partition, long offset, RecordDigest likeness) {}

  private final Cursor published;
  private final ComparisonCounts tally;
  private final Map<String, Deque<Held>> held = new LinkedHashMap<>();
  private final Set<String> lenient = new HashSet<>();
  private Predicate<String> ours;
  private Predicate<ConsumerRecord<byte[], byte[]>> gone;
  private boolean sameOrder;
  private boolean compared;
  private long claimed;
  private boolean cut;

  EventComparison(Cursor published, ComparisonCounts tally) {
    this.published = published;
    this.tally = tally;
  }

  /**
   * Starts the comparison for one partition of the observations.
   *
   * @param partitions the number of partitions of the observations
   * @param gone whether a published record is based on a deleted observation
   */
  void begin(int partition, int partitions, Predicate<ConsumerRecord<byte[], byte[]>> gone) {
    this.gone = gone;
    held.clear();
    lenient.clear();
    compared = false;
    claimed = -1;
    sameOrder = published.partitions().size() == partitions;
    List<TopicPartition> all =
        published.partitions().stream()
            .filter(each -> !sameOrder || each.partition() == partition)
            .toList();
    cut = all.stream().anyMatch(each -> published.begin(each) > 0);
    ours = key -> RootPartition.of(key, partitions) == partition;
    published.read(all);
  }

  /** From now on, the topic may hold records of this key that cannot be recomputed. */
  void beganEarlier(String key) {
    lenient.add(key);
  }

  /**
   * Compares a recomputed record.
   *
   * @param due whether the record must already be published
   */
  void expect(OutputRecord record, boolean due) {
    RecordDigest wanted = RecordDigest.of(record);
    Held found = claim(wanted);
    if (found == null) {
      if (due && cut && !compared) {
        // Retention deleted the record from the topic.
        tally.untold(1);
      } else if (due) {
        tally.different(
            -1, -1, wanted.key(), "missing: of " + Instant.ofEpochMilli(record.timestamp()));
      } else {
        tally.pending(1);
      }
      return;
    }
    compared = true;
    String unlike = found.likeness().unlike(wanted);
    if (!unlike.isEmpty()) {
      different(found, "differs in its " + unlike);
    } else if (sameOrder && found.offset() < claimed) {
      different(found, "is before records that it should follow");
    } else {
      tally.identical();
    }
    claimed = Math.max(claimed, found.offset());
  }

  /**
   * Finds the published record for a recomputed one: the identical record, or the next record of
   * the key if it has the same id. Returns null if there is none. The other records of the key then
   * remain for later calls.
   */
  private Held claim(RecordDigest wanted) {
    if (cut && !compared && !startsWith(wanted)) {
      return null;
    }
    String key = wanted.key();
    Held next = peek(key);
    boolean inItsPlace =
        next != null
            && (next.likeness().equals(wanted)
                || (!lenient.contains(key) && next.likeness().id().equals(wanted.id())));
    if (!inItsPlace && !among(wanted)) {
      return null;
    }
    Deque<Held> waiting = held.get(key);
    while (!inItsPlace && !waiting.peek().likeness().equals(wanted)) {
      Held other = waiting.poll();
      if (lenient.contains(key)) {
        tally.untold(1);
      } else {
        different(other, "one too many: nothing leads to it");
      }
    }
    Held found = waiting.poll();
    if (waiting.isEmpty()) {
      held.remove(key);
    }
    return found;
  }

  // If the first records of the topic were deleted, the wanted record may be among them. It is
  // therefore not searched for until the first remaining record is matched.
  private boolean startsWith(RecordDigest wanted) {
    ConsumerRecord<byte[], byte[]> first = published.peek();
    while (first != null && gone.test(first)) {
      tally.untold(1);
      published.next();
      first = published.peek();
    }
    return first != null && RecordDigest.of(first).equals(wanted);
  }

  /** Returns the next published record of a key without removing it; null if there is none. */
  private Held peek(String key) {
    while (!held.containsKey(key) && hold()) {}
    return held.containsKey(key) ? held.get(key).peek() : null;
  }

  /** Whether the identical record is published, now or later in the topic. */
  private boolean among(RecordDigest wanted) {
    do {
      Deque<Held> waiting = held.get(wanted.key());
      if (waiting != null && waiting.stream().anyMatch(each -> each.likeness().equals(wanted))) {
        return true;
      }
    } while (hold());
    return false;
  }

  /** Holds the next published record; returns false at the end. */
  private boolean hold() {
    ConsumerRecord<byte[], byte[]> record = read();
    if (record == null) {
      return false;
    }
    Held each = new Held(record.partition(), record.offset(), RecordDigest.of(record));
    String key = each.likeness().key();
    if (sameOrder || ours.test(key)) {
      held.computeIfAbsent(key, unused -> new ArrayDeque<>()).add(each);
    }
    return true;
  }

  private void different(Held record, String detail) {
    tally.different(record.partition(), record.offset(), record.likeness().key(), detail);
  }

  /**
   * Ends the partition. The remaining published records cannot be recomputed and are reported.
   *
   * @param untold keys for which the remaining observations are incomplete
   */
  void end(Predicate<String> untold) {
    while (hold()) {}
    held.values().forEach(each -> each.forEach(record -> left(record, untold)));
  }

  /** Returns the next record that is not based on a deleted observation; null at the end. */
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
      different(record, "one too many: nothing leads to it");
    }
  }
}
