package dev.imsbridge.history.audit;

import dev.imsbridge.history.audit.BrokenLink.What;
import dev.imsbridge.wire.AuditChain;

/**
 * Checks the chain of one partition and finds its first broken link. The link names the wrong
 * entry, which is not always the entry at which the mismatch is detected. After a mismatch of two
 * entries, the next entry shows which of the two belongs to the chain. A gap counts as reordering
 * if the missing entry follows later.
 *
 * <p>The check cannot detect that the last entries were removed or that the last entry was
 * replaced, because no later entry refers to them. A head that was saved elsewhere reveals both.
 * Confined to one thread. Uses constant memory.
 */
final class ChainCheck {
  private final int partition;
  private final ChainHead saved;
  private final boolean beginDeleted;
  private long position;
  private String hash = AuditChain.ORIGIN;
  private long offset = -1;
  private boolean afterInvalid;
  private boolean begun;
  private long entries;
  private long breaks;
  private Doubt doubt;
  private BrokenLink first;
  private BrokenLink savedLink;
  private long missingTo;

  /** A mismatch between two entries. The next entry decides which one is wrong. */
  private record Doubt(long beforeOffset, long beforePosition, long offset, AuditEntry entry) {}

  /**
   * @param saved a head of this chain that was saved earlier, or null
   * @param beginDeleted whether the first records of the log were deleted, which is valid up to the
   *     saved head
   */
  ChainCheck(int partition, ChainHead saved, boolean beginDeleted) {
    this.beginDeleted = beginDeleted;
    this.partition = partition;
    this.saved = saved;
  }

  /**
   * Checks the next record.
   *
   * @param at the offset of the record
   * @param entry the entry in the record; null if it holds none
   */
  void check(long at, AuditEntry entry) {
    entries++;
    if (entry == null || entry.partition() != partition) {
      settle(null);
      found(
          at,
          position + 1,
          What.NOT_AN_ENTRY,
          entry == null ? "not an audit entry" : "an entry of partition " + entry.partition());
      afterInvalid = true;
      return;
    }
    if (!entry.intact()) {
      settle(null);
      found(at, position + 1, What.CHANGED, "the hash of the record differs from its hash header");
      afterInvalid = true;
      return;
    }
    settle(entry);
    compareWithSaved(at, entry);
    if (!begun
        && beginDeleted
        && saved != null
        && entry.position() > 1
        && entry.position() <= saved.position() + 1) {
      // The entries before a saved head were checked when it was saved.
      position = entry.position() - 1;
      hash = entry.position() == saved.position() + 1 ? saved.hash() : entry.previousHash();
    }
    begun = true;
    link(at, entry);
    afterInvalid = false;
  }

  private void link(long at, AuditEntry entry) {
    boolean follows = entry.previousHash().equals(hash);
    long next = entry.position();
    // An invalid record replaces one entry.
    boolean replaced = afterInvalid && next == position + 2;
    if (next == position + 1) {
      if (!follows) {
        doubtful(at, entry);
      }
    } else if (follows && !replaced) {
      found(at, position + 1, What.CHANGED, "the position in the entry is " + next);
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
    boolean nextFollows = next != null && next.previousHash().equals(open.entry().hash());
    if (open.beforePosition() > 0 && nextFollows) {
      first =
          brokenLink(
              open.beforeOffset(),
              open.beforePosition(),
              What.CHANGED,
              "its hash is not the one in the next entry");
      return;
    }
    String detail =
        open.beforePosition() == 0
            ? "it is not the first entry of a chain"
            : next == null
                ? "this entry, or the previous one at offset %s: its hash is not the one in this entry"
                    .formatted(open.beforeOffset())
                : "it is chained neither to the previous nor to the next entry";
    first = brokenLink(open.offset(), open.entry().position(), What.CHANGED, detail);
  }

  private BrokenLink brokenLink(long at, long which, What what, String detail) {
    return new BrokenLink(partition, at, which, what, detail);
  }

  private void gap(long at, AuditEntry entry) {
    long from = position + 1;
    boolean isFirst = first == null;
    found(
        at,
        from,
        What.MISSING,
        entry.position() == from + 1
            ? "entry %s is missing".formatted(from)
            : "entries %s to %s are missing".formatted(from, entry.position() - 1));
    if (isFirst) {
      missingTo = entry.position() - 1;
    }
  }

  private void late(long at, AuditEntry entry) {
    boolean wasMissing =
        first != null
            && first.what() == What.MISSING
            && entry.position() >= first.position()
            && entry.position() <= missingTo;
    breaks++;
    if (wasMissing) {
      first =
          brokenLink(
              first.offset(),
              first.position(),
              What.REORDERED,
              "entry %s is after later entries, at offset %s".formatted(entry.position(), at));
    } else if (first == null) {
      first =
          brokenLink(
              at,
              entry.position(),
              What.REPEATED,
              "entry %s occurs twice".formatted(entry.position()));
    }
  }

  private void found(long at, long which, What what, String detail) {
    breaks++;
    if (first == null && doubt == null) {
      first = brokenLink(at, which, what, detail);
    }
  }

  private void compareWithSaved(long at, AuditEntry entry) {
    if (saved != null
        && savedLink == null
        && entry.position() == saved.position()
        && !entry.hash().equals(saved.hash())) {
      savedLink =
          brokenLink(
              at,
              entry.position(),
              What.NOT_THE_KEPT_CHAIN,
              "the hash of entry %s differs from the saved hash".formatted(entry.position()));
    }
  }

  /** Ends the check after the last record. */
  void end() {
    settle(null);
    if (saved != null && savedLink == null && position < saved.position()) {
      savedLink =
          brokenLink(
              offset,
              saved.position(),
              What.NOT_THE_KEPT_CHAIN,
              "the chain ends with entry %s, before the saved entry %s"
                  .formatted(position, saved.position()));
    }
  }

  /** Returns the first broken link; null if the chain is valid. */
  BrokenLink broken() {
    return first == null ? savedLink : first;
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
