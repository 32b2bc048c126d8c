package dev.imsbridge.history.rebuild;

import dev.imsbridge.history.Cursor;
import dev.imsbridge.history.audit.AuditEntry;
import dev.imsbridge.history.rebuild.ComparisonCounts.Result;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.HeaderNames;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Compares the published audit of one partition with the recomputed one, entry by entry. Both are
 * in the order of the partition's inputs. If the first inputs were deleted, the published entries
 * based on them are skipped. Confined to one thread.
 */
final class AuditComparison {
  private final Cursor published;
  private final ComparisonCounts counts;
  private TopicPartition partition;
  private boolean compared;

  AuditComparison(Cursor published, ComparisonCounts counts) {
    this.published = published;
    this.counts = counts;
  }

  /** Starts the comparison of a partition. */
  void begin(int number) {
    partition =
        published.partitions().stream()
            .filter(each -> each.partition() == number)
            .findFirst()
            .orElseThrow(
                () ->
                    new UnknownTopicOrPartitionException(
                        "the audit topic has no partition " + number));
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
          counts.addMissing(partition.partition(), wanted.key(), "missing: " + type(entry));
        } else {
          counts.add(Result.PENDING);
        }
        return;
      }
      RecordDigest found = RecordDigest.of(next);
      if (found.equals(wanted)) {
        counts.add(Result.IDENTICAL);
        published.next();
        done = true;
      } else {
        done = compareDeviating(entry, wanted, next, found);
      }
      compared = true;
    }
  }

  // Compares positions to decide whether an entry is changed, missing or extra. Without that, one
  // difference would make all later entries differ.
  private boolean compareDeviating(
      OutputRecord entry,
      RecordDigest wanted,
      ConsumerRecord<byte[], byte[]> next,
      RecordDigest found) {
    AuditEntry actual = AuditEntry.read(next);
    long ahead = actual == null ? 0 : actual.position() - position(entry);
    if (ahead > 0) {
      if (!compared && published.begin(partition) > 0) {
        // Retention deleted the entry from the audit.
        counts.add(Result.NOT_COMPARED);
      } else {
        counts.addDifferent(
            new PublishedRecord(next.partition(), next.offset(), wanted),
            "missing before it: " + type(entry));
      }
      return true;
    }
    published.next();
    if (ahead < 0) {
      counts.addExtra(PublishedRecord.of(next));
      return false;
    }
    counts.addDifferent(PublishedRecord.of(next), "differs in its " + found.differences(wanted));
    return true;
  }

  /**
   * Ends the partition. Reports the remaining published entries, because no input leads to them.
   */
  void end() {
    while (published.peek() != null) {
      counts.addExtra(PublishedRecord.of(published.next()));
    }
  }

  // ---- first inputs deleted

  /** Skips the entries based on observations before {@code begin}. */
  void skipBefore(long begin) {
    while (published.peek() != null) {
      AuditEntry entry = AuditEntry.read(published.peek());
      if (entry != null && entry.source().at().offset() >= begin) {
        return;
      }
      counts.add(Result.NOT_COMPARED);
      published.next();
    }
  }

  /** Returns the next published entry if it is based on the given input; null otherwise. */
  AuditEntry nextOf(Evidence input) {
    ConsumerRecord<byte[], byte[]> next = published.peek();
    AuditEntry entry = next == null ? null : AuditEntry.read(next);
    return entry != null && entry.source().at().equals(input) ? entry : null;
  }

  /**
   * Skips the published entries of an input without comparing them.
   *
   * @return the last of them; null if there is none
   */
  AuditEntry skip(Evidence input) {
    AuditEntry last = null;
    for (AuditEntry entry = nextOf(input); entry != null; entry = nextOf(input)) {
      last = entry;
      published.next();
      counts.add(Result.NOT_COMPARED);
    }
    return last;
  }

  private long position(OutputRecord entry) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(partition.topic(), 0, 0, entry.key(), entry.value());
    entry.headers().forEach(record.headers()::add);
    return AuditEntry.read(record).position();
  }

  private static String type(OutputRecord entry) {
    String type = HeaderNames.text(entry.headers(), "ce_type");
    return type == null ? "an entry" : type;
  }
}
