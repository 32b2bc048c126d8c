package dev.imsbridge.history.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.Cursor;
import dev.imsbridge.ledger.OutputRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Compares the published status of each job with the last status recomputed from the observations.
 * The topic is compacted, so only the last value of a key counts. The purge runs on a different
 * clock, so the status of a job with expired retention may or may not be present. Confined to one
 * thread. Holds a digest for each job on the topic.
 */
final class StatusComparison {

  /** The published record of a key. */
  private record Published(int partition, long offset, RecordDigest likeness) {
    boolean cleared() {
      return likeness.value() == null;
    }
  }

  /** The allowed values of a key. Null means that the status is cleared. */
  private static final class Expected {
    private int partition;
    private boolean due;
    private RecordDigest last;
    private boolean outlived;
    private final List<RecordDigest> others = new ArrayList<>();
  }

  private final Map<String, Published> published = new HashMap<>();
  private final Map<String, Expected> expected = new HashMap<>();
  private final ComparisonCounts tally;

  StatusComparison(Cursor cursor, ComparisonCounts tally) {
    this.tally = tally;
    cursor.read(cursor.partitions());
    for (ConsumerRecord<byte[], byte[]> record = cursor.next();
        record != null;
        record = cursor.next()) {
      RecordDigest likeness = RecordDigest.of(record);
      published.put(likeness.key(), new Published(record.partition(), record.offset(), likeness));
    }
  }

  /**
   * Adds a recomputed record.
   *
   * @param partition the partition of its input
   * @param due whether the record must already be published
   */
  void expect(OutputRecord record, int partition, boolean due) {
    Expected each =
        expected.computeIfAbsent(new String(record.key(), UTF_8), key -> new Expected());
    RecordDigest likeness = record.value() == null ? null : RecordDigest.of(record);
    if (each.due && each.partition != partition) {
      // A sub-job of two trees in two partitions: the order of the two records is unknown.
      each.others.add(each.last);
    }
    if (due) {
      each.partition = partition;
      each.due = true;
      each.last = likeness;
      each.outlived = false;
    } else {
      each.others.add(likeness);
    }
  }

  /** Adds a cleared status that the purge may have published or will publish. */
  void outlived(OutputRecord record) {
    String key = new String(record.key(), UTF_8);
    Published there = published.get(key);
    if (there == null || there.cleared()) {
      expected.remove(key);
    } else if (expected.containsKey(key)) {
      expected.get(key).outlived = true;
    }
  }

  /**
   * Compares all keys.
   *
   * @param whole whether no observation was deleted
   */
  void end(boolean whole) {
    published.forEach(
        (key, there) -> {
          Expected wanted = expected.remove(key);
          if (wanted == null) {
            unexpected(there, whole);
          } else if (allows(wanted, there)) {
            tally.identical();
          } else {
            tally.different(there.partition(), there.offset(), key, unlike(wanted, there));
          }
        });
    expected.forEach(
        (key, wanted) -> {
          if (wanted.due
              && wanted.last != null
              && !wanted.outlived
              && !wanted.others.contains(null)) {
            tally.different(-1, -1, key, "missing");
          } else if (!wanted.due) {
            tally.pending(wanted.others.size());
          }
        });
  }

  private void unexpected(Published there, boolean whole) {
    if (there.cleared()) {
      return;
    }
    if (whole) {
      tally.different(
          there.partition(),
          there.offset(),
          there.likeness().key(),
          "one too many: nothing leads to it");
    } else {
      tally.untold(1);
    }
  }

  private static boolean allows(Expected wanted, Published there) {
    RecordDigest value = there.cleared() ? null : there.likeness();
    boolean last = wanted.due ? Objects.equals(wanted.last, value) : value == null;
    return last || (wanted.outlived && value == null) || wanted.others.contains(value);
  }

  private static String unlike(Expected wanted, Published there) {
    if (there.cleared()) {
      return "cleared, though the job is remembered";
    }
    return wanted.last == null
        ? "there, though the job was forgotten"
        : "differs in its " + there.likeness().unlike(wanted.last);
  }
}
