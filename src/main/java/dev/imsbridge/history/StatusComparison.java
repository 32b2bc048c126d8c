package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.wire.Outgoing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The published status of each job beside the last one that follows from the observations. The
 * topic is compacted, so only the last value of a key counts; and the purge runs by a clock of its
 * own, so a job that outlived its retention may still stand there, or no more. Confined to one
 * thread; keeps a digest for each job that is remembered.
 */
final class StatusComparison {

  /** What stands on the topic under a key. */
  private record Published(int partition, long offset, Likeness likeness) {
    boolean cleared() {
      return likeness.value() == null;
    }
  }

  /** What may stand there: values by their likeness, null for none. */
  private static final class Expected {
    private int partition;
    private boolean due;
    private Likeness last;
    private boolean outlived;
    private final List<Likeness> others = new ArrayList<>();
  }

  private final Map<String, Published> published = new HashMap<>();
  private final Map<String, Expected> expected = new HashMap<>();
  private final Tally tally;

  StatusComparison(Cursor cursor, Tally tally) {
    this.tally = tally;
    cursor.read(cursor.partitions());
    for (ConsumerRecord<byte[], byte[]> record = cursor.next();
        record != null;
        record = cursor.next()) {
      Likeness likeness = Likeness.of(record);
      published.put(likeness.key(), new Published(record.partition(), record.offset(), likeness));
    }
  }

  /**
   * Takes a record that follows from an input.
   *
   * @param partition of the input
   * @param due whether it must have been published by now
   */
  void expect(Outgoing record, int partition, boolean due) {
    Expected each =
        expected.computeIfAbsent(new String(record.key(), UTF_8), key -> new Expected());
    Likeness likeness = record.value() == null ? null : Likeness.of(record);
    if (each.due && each.partition != partition) {
      // A sub-job of two trees in two partitions: nobody knows which of them came last.
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

  /** Takes the end of a status that the purge may have written, or will. */
  void outlived(Outgoing record) {
    String key = new String(record.key(), UTF_8);
    Published there = published.get(key);
    if (there == null || there.cleared()) {
      expected.remove(key);
    } else if (expected.containsKey(key)) {
      expected.get(key).outlived = true;
    }
  }

  /**
   * Compares.
   *
   * @param whole whether all observations there ever were have been taken
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
    Likeness value = there.cleared() ? null : there.likeness();
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
