package dev.imsbridge.history;

import dev.imsbridge.job.JobTree;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.Logged;
import dev.imsbridge.wire.Outgoing;
import dev.imsbridge.wire.Recorder;
import dev.imsbridge.wire.Recording;
import dev.imsbridge.wire.StoreCodec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * One partition's store, filled again by taking its observations once more. Trees are kept as the
 * store keeps them, as bytes, and forgotten by the same clock. Confined to one thread.
 */
final class Refold {
  private record Ended(Instant at, String rootJobId) {}

  private final Recorder recorder;
  private final Map<String, byte[]> trees = new HashMap<>();
  private final PriorityQueue<Ended> ended =
      new PriorityQueue<>(Comparator.comparing(Ended::at).thenComparing(Ended::rootJobId));
  private AuditChain.Head head = AuditChain.Head.START;

  Refold(Recorder recorder) {
    this.recorder = recorder;
  }

  /** What follows from a record. */
  List<Outgoing> take(Logged source) {
    Recording recording = recorder.record(source, head, this::tree);
    head = recording.head();
    Recording.Stored stored = recording.stored();
    if (stored != null) {
      store(stored);
    }
    return recording.outgoing();
  }

  private void store(Recording.Stored stored) {
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
   * Forgets trees that ended long ago, as the topology does in the background; gives what it sends
   * then.
   */
  List<Outgoing> purge() {
    List<Outgoing> cleared = new ArrayList<>();
    while (!ended.isEmpty()
        && !head.latest().isBefore(ended.peek().at().plus(recorder.retention()))) {
      JobTree tree = tree(ended.poll().rootJobId());
      if (tree != null && recorder.outlived(tree, head)) {
        cleared.addAll(recorder.forget(tree, head));
        trees.remove(tree.rootJobId());
      }
    }
    return cleared;
  }

  /**
   * Passes over an input: it counts for the clock and the digest of the inputs.
   *
   * @param last the last published entry that rests on it; null when there is none
   */
  void passOver(Logged source, Instant at, AuditEntry last) {
    head = head.seen(at).took(head.source(source));
    if (last != null) {
      head = new AuditChain.Head(last.position(), last.hash(), head.inputs(), head.latest());
    }
  }

  /** Goes on in the audit chain before a published entry. */
  void goOnBefore(AuditEntry entry) {
    head =
        new AuditChain.Head(
            entry.position() - 1, entry.previousHash(), entry.source().before(), head.latest());
  }
}
