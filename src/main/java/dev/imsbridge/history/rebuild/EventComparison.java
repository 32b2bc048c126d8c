package dev.imsbridge.history.rebuild;

import dev.imsbridge.history.Cursor;
import dev.imsbridge.history.rebuild.ComparisonCounts.Result;
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
 * <p>Published records before the wanted one are held, so memory grows with disorder and with
 * missing records. If partition counts differ, the records of a whole partition are held. Confined
 * to one thread.
 */
final class EventComparison {

  private final Cursor published;
  private final ComparisonCounts counts;
  // Published records not yet matched by a recomputed one, by key.
  private final Map<String, Deque<PublishedRecord>> held = new LinkedHashMap<>();
  private final Set<String> begunEarlier = new HashSet<>();
  private Predicate<String> ofPartition;
  private Predicate<ConsumerRecord<byte[], byte[]>> fromDeleted;
  private boolean sameOrder;
  private boolean compared;
  private long lastMatched;
  private boolean beginDeleted;

  EventComparison(Cursor published, ComparisonCounts counts) {
    this.published = published;
    this.counts = counts;
  }

  /**
   * Starts the comparison for one partition of the observations.
   *
   * @param partitions the number of partitions of the observations
   * @param fromDeleted whether a published record is based on a deleted observation
   */
  void begin(int partition, int partitions, Predicate<ConsumerRecord<byte[], byte[]>> fromDeleted) {
    this.fromDeleted = fromDeleted;
    held.clear();
    begunEarlier.clear();
    compared = false;
    lastMatched = -1;
    sameOrder = published.partitions().size() == partitions;
    List<TopicPartition> all =
        published.partitions().stream()
            .filter(each -> !sameOrder || each.partition() == partition)
            .toList();
    beginDeleted = all.stream().anyMatch(each -> published.begin(each) > 0);
    ofPartition = key -> RootPartition.of(key, partitions) == partition;
    published.read(all);
  }

  /** From now on, the topic may hold records of this key that cannot be recomputed. */
  void beganEarlier(String key) {
    begunEarlier.add(key);
  }

  /**
   * Compares a recomputed record.
   *
   * @param due whether the record must already be published
   */
  void expect(OutputRecord record, boolean due) {
    RecordDigest wanted = RecordDigest.of(record);
    PublishedRecord found = match(wanted);
    if (found == null) {
      if (due && beginDeleted && !compared) {
        // Retention deleted the record from the topic.
        counts.add(Result.NOT_COMPARED);
      } else if (due) {
        counts.addMissing(
            -1, wanted.key(), "missing: event of " + Instant.ofEpochMilli(record.timestamp()));
      } else {
        counts.add(Result.PENDING);
      }
      return;
    }
    compared = true;
    String differences = found.digest().differences(wanted);
    if (!differences.isEmpty()) {
      counts.addDifferent(found, "differs in its " + differences);
    } else if (sameOrder && found.offset() < lastMatched) {
      counts.addDifferent(found, "is before records that precede it when recomputed");
    } else {
      counts.add(Result.IDENTICAL);
    }
    lastMatched = Math.max(lastMatched, found.offset());
  }

  /**
   * Finds the published record for a recomputed one: the identical record, or the next record of
   * the key if it has the same id. Returns null if there is none. The other records of the key then
   * remain for later calls.
   */
  private PublishedRecord match(RecordDigest wanted) {
    if (beginDeleted && !compared && !startsWith(wanted)) {
      return null;
    }
    String key = wanted.key();
    PublishedRecord next = peek(key);
    boolean inItsPlace =
        next != null
            && (next.digest().equals(wanted)
                || (!begunEarlier.contains(key) && next.digest().id().equals(wanted.id())));
    if (!inItsPlace && !isPublished(wanted)) {
      return null;
    }
    Deque<PublishedRecord> waiting = held.get(key);
    while (!inItsPlace && !waiting.peek().digest().equals(wanted)) {
      PublishedRecord other = waiting.poll();
      if (begunEarlier.contains(key)) {
        counts.add(Result.NOT_COMPARED);
      } else {
        counts.addExtra(other);
      }
    }
    PublishedRecord found = waiting.poll();
    if (waiting.isEmpty()) {
      held.remove(key);
    }
    return found;
  }

  // If the first records of the topic were deleted, the wanted record may be among them. It is
  // therefore not searched for until the first remaining record is matched.
  private boolean startsWith(RecordDigest wanted) {
    ConsumerRecord<byte[], byte[]> first = peek();
    return first != null && RecordDigest.of(first).equals(wanted);
  }

  /** Returns the next record that is not based on a deleted observation; null at the end. */
  private ConsumerRecord<byte[], byte[]> peek() {
    while (published.peek() != null && fromDeleted.test(published.peek())) {
      counts.add(Result.NOT_COMPARED);
      published.next();
    }
    return published.peek();
  }

  /** Returns the next published record of a key without removing it; null if there is none. */
  private PublishedRecord peek(String key) {
    while (!held.containsKey(key) && hold()) {}
    return held.containsKey(key) ? held.get(key).peek() : null;
  }

  /** Whether the identical record is published, now or later in the topic. */
  private boolean isPublished(RecordDigest wanted) {
    do {
      Deque<PublishedRecord> waiting = held.get(wanted.key());
      if (waiting != null && waiting.stream().anyMatch(each -> each.digest().equals(wanted))) {
        return true;
      }
    } while (hold());
    return false;
  }

  /** Holds the next published record; returns false at the end. */
  private boolean hold() {
    if (peek() == null) {
      return false;
    }
    PublishedRecord each = PublishedRecord.of(published.next());
    String key = each.digest().key();
    if (sameOrder || ofPartition.test(key)) {
      held.computeIfAbsent(key, unused -> new ArrayDeque<>()).add(each);
    }
    return true;
  }

  /**
   * Ends the partition. Reports the remaining published records, because no observation leads to
   * them.
   *
   * @param incomplete the keys of root jobs with deleted observations
   */
  void end(Predicate<String> incomplete) {
    while (hold()) {}
    held.values().forEach(each -> each.forEach(record -> endRecord(record, incomplete)));
  }

  private void endRecord(PublishedRecord record, Predicate<String> incomplete) {
    String key = record.digest().key();
    if (incomplete.test(key) || !ofPartition.test(key)) {
      counts.add(Result.NOT_COMPARED);
    } else {
      counts.addExtra(record);
    }
  }
}
