package dev.imsbridge.history.rebuild;

import dev.imsbridge.history.audit.AuditEntry;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.ledger.Ledger;
import dev.imsbridge.ledger.LedgerEntry;
import dev.imsbridge.ledger.LogRecord;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.StoreCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Rebuilds the store of one partition in memory by folding its observations again. Trees are
 * encoded as in the store. Their retention expires by the time of the inputs, as in the topology.
 * Confined to one thread.
 */
final class PartitionFold {
  private record Ended(Instant at, String rootJobId) {}

  private final Ledger ledger;
  private final Map<String, byte[]> trees = new HashMap<>();
  private final PriorityQueue<Ended> ended =
      new PriorityQueue<>(Comparator.comparing(Ended::at).thenComparing(Ended::rootJobId));
  private AuditChain.Head head = AuditChain.Head.START;

  PartitionFold(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Folds a record and returns its outputs. */
  List<OutputRecord> fold(LogRecord source) {
    LedgerEntry entry = ledger.process(source, head, this::tree);
    head = entry.head();
    LedgerEntry.Change stored = entry.change();
    if (stored != null) {
      store(stored);
    }
    return entry.records();
  }

  private void store(LedgerEntry.Change stored) {
    if (stored.tree() == null) {
      trees.remove(stored.rootJobId());
      return;
    }
    trees.put(stored.rootJobId(), stored.bytes());
    if (stored.tree().ended()) {
      ended.add(new Ended(stored.tree().endedAt(), stored.rootJobId()));
    }
  }

  private JobTree tree(String rootJobId) {
    byte[] bytes = trees.get(rootJobId);
    return bytes == null ? null : StoreCodec.tree(bytes);
  }

  /**
   * Removes trees with expired retention, as the topology does in the background. Returns the
   * records that clear their status.
   */
  List<OutputRecord> purge() {
    List<OutputRecord> cleared = new ArrayList<>();
    while (!ended.isEmpty()
        && !head.latest().isBefore(ended.peek().at().plus(ledger.retention()))) {
      JobTree tree = tree(ended.poll().rootJobId());
      if (tree != null && ledger.outlived(tree, head)) {
        cleared.addAll(ledger.forget(tree, head));
        trees.remove(tree.rootJobId());
      }
    }
    return cleared;
  }

  /**
   * Skips an input. It still counts for the clock and for the digest of the inputs.
   *
   * @param last the last published entry based on the input; null if there is none
   */
  void skip(LogRecord source, Instant at, AuditEntry last) {
    head = head.advancedTo(at).afterInput(head.source(source.at(), source.sha256()));
    if (last != null) {
      head = new AuditChain.Head(last.position(), last.hash(), head.inputs(), head.latest());
    }
  }

  /** Continues the audit chain directly before a published entry. */
  void continueBefore(AuditEntry entry) {
    head =
        new AuditChain.Head(
            entry.position() - 1, entry.previousHash(), entry.source().before(), head.latest());
  }
}
