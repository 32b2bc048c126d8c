package dev.imsbridge.history.audit;

/**
 * A position at which an audit chain is invalid.
 *
 * @param offset the offset of the record at which the link is broken; -1 if there is none
 * @param position the position of the entry that is wrong or missing
 * @param detail a description in one line, for output
 */
public record BrokenLink(int partition, long offset, long position, What what, String detail) {

  /** The kinds of broken links. */
  public enum What {
    /** Entries are missing. */
    MISSING,
    /** The record of an entry was changed after the chain was built. */
    CHANGED,
    /** Entries are not in the order in which they were written. */
    REORDERED,
    /** An entry occurs a second time. */
    REPEATED,
    /** A record is not an entry of this partition's chain. */
    NOT_AN_ENTRY,
    /** The input of an entry, or an input before it, was changed, removed or added. */
    INPUT_DIFFERS,
    /** The chain does not contain the saved head, or ends before it. */
    NOT_THE_KEPT_CHAIN;

    /** The kind in lower case with hyphens, for output. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }
}
