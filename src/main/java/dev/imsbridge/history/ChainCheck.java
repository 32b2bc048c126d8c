package dev.imsbridge.history;

import dev.imsbridge.history.BrokenLink.What;
import dev.imsbridge.wire.AuditChain;

/**
 * Walks the chain of one partition and finds its first broken link. A link names the entry that is
 * wrong, not merely the one where it shows: the entry after a break is asked which of the two
 * before it the chain was made with, and a gap is a change of order when what it lacks comes later.
 *
 * <p>What no check can find: that the last entries are gone, or that the very last one was changed,
 * since nothing follows that would tell. A head that was kept elsewhere can. Confined to one
 * thread; takes a fixed amount of memory.
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

  /** A link that does not hold, between two entries of which the next one will tell the wrong. */
  private record Doubt(long beforeOffset, long beforePosition, long offset, AuditEntry entry) {}

  /**
   * @param kept a head of this chain that was written down earlier, or null
   * @param cut whether the log's first records were deleted: no fault up to a kept head
   */
  ChainCheck(int partition, ChainHead kept, boolean cut) {
    this.cut = cut;
    this.partition = partition;
    this.kept = kept;
  }

  /**
   * Takes the next record.
   *
   * @param entry null when it is none
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
    boolean first = !begun;
    begun = true;
    if (first
        && cut
        && kept != null
        && entry.position() > 1
        && entry.position() <= kept.position() + 1) {
      // What comes before a kept head was checked when it was kept.
      begin(entry);
    }
    link(at, entry);
    garbage = false;
  }

  private void begin(AuditEntry entry) {
    position = entry.position() - 1;
    hash = entry.position() == kept.position() + 1 ? kept.hash() : entry.previousHash();
  }

  private void link(long at, AuditEntry entry) {
    boolean follows = entry.previousHash().equals(hash);
    if (entry.position() == position + 1) {
      if (!follows) {
        doubtful(at, entry);
      }
    } else if (garbage && entry.position() == position + 2) {
      // The record that is no entry stands in the place of one.
      advance(at, entry);
      return;
    } else if (follows) {
      found(
          at,
          position + 1,
          What.CHANGED,
          "the entry says that its position is " + entry.position());
      position++;
      hash = entry.hash();
      offset = at;
      return;
    } else if (entry.position() <= position) {
      late(at, entry);
      return;
    } else {
      gap(at, entry);
    }
    advance(at, entry);
  }

  private void advance(long at, AuditEntry entry) {
    position = entry.position();
    hash = entry.hash();
    offset = at;
  }

  private void doubtful(long at, AuditEntry entry) {
    breaks++;
    if (first == null && doubt == null) {
      doubt = new Doubt(offset, position, at, entry);
    }
  }

  /** Says which entry is wrong, now that the next one is there. */
  private void settle(AuditEntry next) {
    if (doubt == null) {
      return;
    }
    Doubt open = doubt;
    doubt = null;
    boolean laterIsWhole = next != null && next.previousHash().equals(open.entry().hash());
    if (open.beforePosition() == 0) {
      first = changed(open.offset(), open.entry().position(), "it should be the chain's first");
    } else if (laterIsWhole) {
      first =
          changed(
              open.beforeOffset(),
              open.beforePosition(),
              "its bytes are not those that the entry after it was chained to");
    } else if (next == null) {
      first =
          changed(
              open.offset(),
              open.entry().position(),
              "it, or the entry before it at offset %s: the two are not chained"
                  .formatted(open.beforeOffset()));
    } else {
      first =
          changed(
              open.offset(),
              open.entry().position(),
              "chained neither to the one before nor after");
    }
  }

  private BrokenLink changed(long at, long which, String detail) {
    return new BrokenLink(partition, at, which, What.CHANGED, detail);
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
          new BrokenLink(
              partition,
              first.offset(),
              first.position(),
              What.REORDERED,
              "entry %s stands behind later ones, at offset %s".formatted(entry.position(), at));
    } else if (first == null) {
      first =
          new BrokenLink(
              partition,
              at,
              entry.position(),
              What.REPEATED,
              "entry %s was there before".formatted(entry.position()));
    }
  }

  private void found(long at, long which, What what, String detail) {
    breaks++;
    if (first == null && doubt == null) {
      first = new BrokenLink(partition, at, which, what, detail);
    }
  }

  private void compareWithKept(long at, AuditEntry entry) {
    if (kept != null
        && keptLink == null
        && entry.position() == kept.position()
        && !entry.hash().equals(kept.hash())) {
      keptLink =
          new BrokenLink(
              partition,
              at,
              entry.position(),
              What.NOT_THE_KEPT_CHAIN,
              "entry %s is not the one whose hash was kept".formatted(entry.position()));
    }
  }

  /** Says that there are no more records. */
  void end() {
    settle(null);
    if (kept != null && keptLink == null && position < kept.position()) {
      keptLink =
          new BrokenLink(
              partition,
              offset,
              kept.position(),
              What.NOT_THE_KEPT_CHAIN,
              "the chain ends with entry %s, and entry %s was there"
                  .formatted(position, kept.position()));
    }
  }

  /** The first broken link; null when the chain holds. */
  BrokenLink broken() {
    return first == null ? keptLink : first;
  }

  /** How many records do not stand as they should. */
  long breaks() {
    return breaks;
  }

  long entries() {
    return entries;
  }

  /** Where the chain ends. */
  ChainHead head() {
    return new ChainHead(position, hash);
  }
}
