package dev.imsbridge.history.audit;

import dev.imsbridge.history.audit.BrokenLink.What;
import dev.imsbridge.wire.AuditChain;

/**
 * Checks the chain of one partition and finds its first broken link. The link names the wrong
 * entry, not only the entry that shows the damage. After a break, the next entry shows which of the
 * two entries before it belongs to the chain. A gap counts as reordering if the missing entry
 * follows later.
 *
 * <p>The check cannot detect that the last entries were removed or that the last entry was
 * replaced, because no later entry refers to them. A head saved elsewhere can. Confined to one
 * thread. Uses constant memory.
 */
final class ChainCheck {
  private final int partition;
  private final ChainHead kept;
  private final boolean cut;
  private long position;
  private String hash = AuditChain.ORIGIN;
  private long offset = -1;
  private boolean garbage;
  private boolean begun;
  private long entries;
  private long breaks;
  private Doubt doubt;
  private BrokenLink first;
  private BrokenLink keptLink;
  private long missingTo;

  /** A mismatch between two entries. The next entry decides which one is wrong. */
  private record Doubt(long beforeOffset, long beforePosition, long offset, AuditEntry entry) {}

  /**
   * @param kept a head of this chain that was saved earlier, or null
   * @param cut whether the first records of the log were deleted, which is valid up to the saved
   *     head
   */
  ChainCheck(int partition, ChainHead kept, boolean cut) {
    this.cut = cut;
    this.partition = partition;
    this.kept = kept;
  }

  /**
   * Checks the next record.
   *
   * @param at the offset of the record
   * @param entry the entry in the record; null if it holds none
   */
  void take(long at, AuditEntry entry) {
    entries++;
    if (entry == null || entry.partition() != partition) {
      settle(null);
      found(
          at,
          position + 1,
          What.NOT_AN_ENTRY,
          entry == null ? "not an audit entry" : "an entry of partition " + entry.partition());
      garbage = true;
      return;
    }
    if (!entry.intact()) {
      settle(null);
      found(at, position + 1, What.CHANGED, "the record does not have the hash that it holds");
      garbage = true;
      return;
    }
    settle(entry);
    compareWithKept(at, entry);
    if (!begun
        && cut
        && kept != null
        && entry.position() > 1
        && entry.position() <= kept.position() + 1) {
      // The entries before a saved head were checked when it was saved.
      position = entry.position() - 1;
      hash = entry.position() == kept.position() + 1 ? kept.hash() : entry.previousHash();
    }
    begun = true;
    link(at, entry);
    garbage = false;
  }

  private void link(long at, AuditEntry entry) {
    boolean follows = entry.previousHash().equals(hash);
    long next = entry.position();
    // An invalid record replaces one entry.
    boolean replaced = garbage && next == position + 2;
    if (next == position + 1) {
      if (!follows) {
        doubtful(at, entry);
      }
    } else if (follows && !replaced) {
      found(at, position + 1, What.CHANGED, "the entry says that its position is " + next);
      next = position + 1;
    } else if (next <= position) {
      late(at, entry);
      return;
    } else if (!replaced) {
      gap(at, entry);
    }
    position = next;
    hash = entry.hash();
    offset = at;
  }

  private void doubtful(long at, AuditEntry entry) {
    breaks++;
    if (first == null && doubt == null) {
      doubt = new Doubt(offset, position, at, entry);
    }
  }

  /** Decides which entry of an open mismatch is wrong. {@code next} is null if no entry follows. */
  private void settle(AuditEntry next) {
    if (doubt == null) {
      return;
    }
    Doubt open = doubt;
    doubt = null;
    boolean laterIsWhole = next != null && next.previousHash().equals(open.entry().hash());
    if (open.beforePosition() > 0 && laterIsWhole) {
      first =
          brokenLink(
              open.beforeOffset(),
              open.beforePosition(),
              What.CHANGED,
              "its bytes are not those that the entry after it was chained to");
      return;
    }
    String detail =
        open.beforePosition() == 0
            ? "it should be the chain's first"
            : next == null
                ? "it, or the entry before it at offset %s: the two are not chained"
                    .formatted(open.beforeOffset())
                : "chained neither to the one before nor after";
    first = brokenLink(open.offset(), open.entry().position(), What.CHANGED, detail);
  }

  private BrokenLink brokenLink(long at, long which, What what, String detail) {
    return new BrokenLink(partition, at, which, what, detail);
  }

  private void gap(long at, AuditEntry entry) {
    long from = position + 1;
    boolean news = first == null;
    found(
        at,
        from,
        What.MISSING,
        entry.position() == from + 1
            ? "entry %s is not there".formatted(from)
            : "entries %s to %s are not there".formatted(from, entry.position() - 1));
    if (news) {
      missingTo = entry.position() - 1;
    }
  }

  private void late(long at, AuditEntry entry) {
    boolean lacked =
        first != null
            && first.what() == What.MISSING
            && entry.position() >= first.position()
            && entry.position() <= missingTo;
    breaks++;
    if (lacked) {
      first =
          brokenLink(
              first.offset(),
              first.position(),
              What.REORDERED,
              "entry %s stands behind later ones, at offset %s".formatted(entry.position(), at));
    } else if (first == null) {
      first =
          brokenLink(
              at,
              entry.position(),
              What.REPEATED,
              "entry %s was there before".formatted(entry.position()));
    }
  }

  private void found(long at, long which, What what, String detail) {
    breaks++;
    if (first == null && doubt == null) {
      first = brokenLink(at, which, what, detail);
    }
  }

  private void compareWithKept(long at, AuditEntry entry) {
    if (kept != null
        && keptLink == null
        && entry.position() == kept.position()
        && !entry.hash().equals(kept.hash())) {
      keptLink =
          brokenLink(
              at,
              entry.position(),
              What.NOT_THE_KEPT_CHAIN,
              "entry %s is not the one whose hash was kept".formatted(entry.position()));
    }
  }

  /** Ends the check after the last record. */
  void end() {
    settle(null);
    if (kept != null && keptLink == null && position < kept.position()) {
      keptLink =
          brokenLink(
              offset,
              kept.position(),
              What.NOT_THE_KEPT_CHAIN,
              "the chain ends with entry %s, and entry %s was there"
                  .formatted(position, kept.position()));
    }
  }

  /** Returns the first broken link; null if the chain is valid. */
  BrokenLink broken() {
    return first == null ? keptLink : first;
  }

  /** The number of invalid records. */
  long breaks() {
    return breaks;
  }

  long entries() {
    return entries;
  }

  /** The end of the chain. */
  ChainHead head() {
    return new ChainHead(position, hash);
  }
}
