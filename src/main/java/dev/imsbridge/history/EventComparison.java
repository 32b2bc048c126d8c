package dev.imsbridge.history;

import dev.imsbridge.wire.Outgoing;
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
  private final Set<String> lenient = new HashSet<>();
  private Predicate<String> ours;
  private Predicate<ConsumerRecord<byte[], byte[]>> gone;
  private boolean sameOrder;
  private boolean compared;
  private long claimed;
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

  /** From here on, records of this key may stand there that nothing recomputed leads to. */
  void beganEarlier(String key) {
    lenient.add(key);
  }

  /**
   * Takes a record that follows from an input.
   *
   * @param due whether it must have been published by now
   */
  void expect(Outgoing record, boolean due) {
    Likeness wanted = Likeness.of(record);
    Held found = claim(wanted);
    if (found == null) {
      if (due && cut && !compared) {
        // Retention took it from the topic.
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
      different(found, "stands before records it comes after");
    } else {
      tally.identical();
    }
    claimed = Math.max(claimed, found.offset());
  }

  /**
   * The published record that is meant by a recomputed one: the very same, or the one in its place
   * that has its id. Null when there is none; what is there of the key then stays for others.
   */
  private Held claim(Likeness wanted) {
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

  // Where the topic's beginning is gone, so may a record be: it is not looked for before the first
  // that is there.
  private boolean startsWith(Likeness wanted) {
    ConsumerRecord<byte[], byte[]> first = published.peek();
    while (first != null && gone.test(first)) {
      tally.untold(1);
      published.next();
      first = published.peek();
    }
    return first != null && Likeness.of(first).equals(wanted);
  }

  /** The next published record of a key, which stays the next; null when there is none. */
  private Held peek(String key) {
    while (!held.containsKey(key) && hold()) {}
    return held.containsKey(key) ? held.get(key).peek() : null;
  }

  /** Whether the very record is published, now or further on. */
  private boolean among(Likeness wanted) {
    do {
      Deque<Held> waiting = held.get(wanted.key());
      if (waiting != null && waiting.stream().anyMatch(each -> each.likeness().equals(wanted))) {
        return true;
      }
    } while (hold());
    return false;
  }

  /** Takes the next published record in; false when there is none. */
  private boolean hold() {
    ConsumerRecord<byte[], byte[]> record = read();
    if (record == null) {
      return false;
    }
    Held each = new Held(record.partition(), record.offset(), Likeness.of(record));
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
   * Says that nothing more follows: what is left was published without a reason.
   *
   * @param untold keys of which the observations that are left do not tell all
   */
  void end(Predicate<String> untold) {
    while (hold()) {}
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
      different(record, "one too many: nothing leads to it");
    }
  }
}
