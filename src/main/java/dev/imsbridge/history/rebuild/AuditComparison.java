package dev.imsbridge.history.rebuild;

import dev.imsbridge.history.Cursor;
import dev.imsbridge.history.audit.AuditEntry;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.HeaderNames;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.record.TimestampType;

/**
 * Compares the published audit of one partition with the recomputed one, entry by entry. Both are
 * in the order of the partition's inputs. If the first inputs were deleted, the published entries
 * based on them are skipped. Confined to one thread.
 */
final class AuditComparison {
  private final Cursor published;
  private final ComparisonCounts tally;
  private TopicPartition partition;
  private boolean compared;

  AuditComparison(Cursor published, ComparisonCounts tally) {
    this.published = published;
    this.tally = tally;
  }

  void begin(int of) {
    partition =
        published.partitions().stream()
            .filter(each -> each.partition() == of)
            .findFirst()
            .orElseThrow(
                () -> new UnknownTopicOrPartitionException("the audit has no partition " + of));
    compared = false;
    published.read(List.of(partition));
  }

  // ---- all inputs retained

  /**
   * Compares a recomputed entry with the next published one.
   *
   * @param due whether the entry must already be published
   */
  void expect(OutputRecord entry, boolean due) {
    RecordDigest wanted = RecordDigest.of(entry);
    boolean done = false;
    while (!done) {
      ConsumerRecord<byte[], byte[]> next = published.peek();
      if (next == null) {
        if (due) {
          tally.different(partition.partition(), -1, wanted.key(), "missing: " + what(entry));
        } else {
          tally.pending(1);
        }
        return;
      }
      RecordDigest found = RecordDigest.of(next);
      if (found.equals(wanted)) {
        tally.identical();
        published.next();
        done = true;
      } else {
        done = deviates(entry, wanted, next, found);
      }
      compared = true;
    }
  }

  // Compares positions to decide whether an entry is changed, missing or extra. Without that, one
  // difference would make all later entries differ.
  private boolean deviates(
      OutputRecord entry,
      RecordDigest wanted,
      ConsumerRecord<byte[], byte[]> next,
      RecordDigest found) {
    AuditEntry actual = AuditEntry.read(next);
    long ahead = actual == null ? 0 : actual.position() - position(entry);
    if (ahead > 0) {
      if (!compared && published.begin(partition) > 0) {
        // Retention deleted the entry from the audit.
        tally.untold(1);
      } else {
        different(next, wanted.key(), "missing before it: " + what(entry));
      }
      return true;
    }
    published.next();
    if (ahead < 0) {
      different(next, found.key(), "one too many: nothing leads to it");
      return false;
    }
    different(next, found.key(), "differs in its " + found.unlike(wanted));
    return true;
  }

  /**
   * Ends the partition. The remaining published entries have no recomputed counterpart and are
   * reported.
   */
  void end() {
    for (ConsumerRecord<byte[], byte[]> next = published.next();
        next != null;
        next = published.next()) {
      different(next, RecordDigest.of(next).key(), "one too many: nothing leads to it");
    }
  }

  private void different(ConsumerRecord<byte[], byte[]> record, String key, String detail) {
    tally.different(record.partition(), record.offset(), key, detail);
  }

  // ---- first inputs deleted

  /** Skips the entries based on observations before {@code begin}. */
  void passOver(long begin) {
    for (ConsumerRecord<byte[], byte[]> next = published.peek();
        next != null;
        next = published.peek()) {
      AuditEntry entry = AuditEntry.read(next);
      if (entry != null && entry.source().at().offset() >= begin) {
        return;
      }
      tally.untold(1);
      published.next();
    }
  }

  /** Returns the next published entry if it is based on the given input; null otherwise. */
  AuditEntry first(Evidence input) {
    ConsumerRecord<byte[], byte[]> next = published.peek();
    return restsOn(next, input) ? AuditEntry.read(next) : null;
  }

  /**
   * Skips the published entries of an input without comparing them.
   *
   * @return the last of them; null if there is none
   */
  AuditEntry follow(Evidence input) {
    AuditEntry last = null;
    for (AuditEntry entry = first(input); entry != null; entry = first(input)) {
      last = entry;
      published.next();
      tally.untold(1);
    }
    return last;
  }

  private static boolean restsOn(ConsumerRecord<byte[], byte[]> record, Evidence input) {
    AuditEntry entry = record == null ? null : AuditEntry.read(record);
    return entry != null && entry.source().at().equals(input);
  }

  private long position(OutputRecord entry) {
    return AuditEntry.read(
            new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                0,
                entry.timestamp(),
                TimestampType.CREATE_TIME,
                -1,
                -1,
                entry.key(),
                entry.value(),
                entry.headers(),
                Optional.empty()))
        .position();
  }

  private static String what(OutputRecord entry) {
    String type = HeaderNames.text(entry.headers(), "ce_type");
    return type == null ? "an entry" : type;
  }
}
