package dev.imsbridge.history.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.Cursor;
import dev.imsbridge.history.rebuild.ComparisonCounts.Result;
import dev.imsbridge.ledger.OutputRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Compares the published status of each job with the last status recomputed from the observations.
 * The topic is compacted, so only the last value of a key counts. The topology purges in the
 * background, so the status of a job with expired retention may or may not be present. Confined to
 * one thread. Holds a digest for each job on the topic.
 */
final class StatusComparison {

  /** The allowed values of a key. Null means that the status is cleared. */
  private static final class Expected {
    private int partition;
    private boolean due;
    private RecordDigest last;
    private boolean outlived;
    private final List<RecordDigest> others = new ArrayList<>();
  }

  private final Map<String, PublishedRecord> published = new HashMap<>();
  private final Map<String, Expected> expected = new HashMap<>();
  private final ComparisonCounts counts;

  StatusComparison(Cursor cursor, ComparisonCounts counts) {
    this.counts = counts;
    cursor.read(cursor.partitions());
    while (cursor.peek() != null) {
      PublishedRecord last = PublishedRecord.of(cursor.next());
      published.put(last.digest().key(), last);
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
    RecordDigest digest = record.value() == null ? null : RecordDigest.of(record);
    if (each.due && each.partition != partition) {
      // A sub-job of two trees in two partitions: the order of the two records is unknown.
      each.others.add(each.last);
    }
    if (due) {
      each.partition = partition;
      each.due = true;
      each.last = digest;
      each.outlived = false;
    } else {
      each.others.add(digest);
    }
  }

  /** Adds a cleared status that the purge may have published or will publish. */
  void outlived(OutputRecord record) {
    String key = new String(record.key(), UTF_8);
    PublishedRecord there = published.get(key);
    if (there == null || cleared(there)) {
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
            counts.add(Result.IDENTICAL);
          } else {
            counts.addDifferent(there, difference(wanted, there));
          }
        });
    expected.forEach(
        (key, wanted) -> {
          if (wanted.due
              && wanted.last != null
              && !wanted.outlived
              && !wanted.others.contains(null)) {
            counts.addMissing(-1, key, "missing");
          } else if (!wanted.due) {
            wanted.others.forEach(each -> counts.add(Result.PENDING));
          }
        });
  }

  private void unexpected(PublishedRecord there, boolean whole) {
    if (whole && !cleared(there)) {
      counts.addExtra(there);
    } else if (!cleared(there)) {
      counts.add(Result.NOT_COMPARED);
    }
  }

  private static boolean cleared(PublishedRecord record) {
    return record.digest().value() == null;
  }

  private static boolean allows(Expected wanted, PublishedRecord there) {
    RecordDigest value = cleared(there) ? null : there.digest();
    boolean last = wanted.due ? Objects.equals(wanted.last, value) : value == null;
    return last || (wanted.outlived && value == null) || wanted.others.contains(value);
  }

  private static String difference(Expected wanted, PublishedRecord there) {
    if (cleared(there)) {
      return "cleared, although the job is retained";
    }
    return wanted.last == null
        ? "present, although the job was removed"
        : "differs in its " + there.digest().differences(wanted.last);
  }
}
