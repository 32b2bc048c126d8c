package dev.imsbridge.history;

/**
 * Where an audit chain does not hold.
 *
 * @param offset of the record it is seen at; -1 when there is none
 * @param position of the entry concerned
 * @param detail one line for people
 */
public record BrokenLink(int partition, long offset, long position, What what, String detail) {

  /** What is wrong. */
  public enum What {
    /** Entries are not there. */
    MISSING,
    /** An entry's record is not the one the chain was made with. */
    CHANGED,
    /** Entries stand in another order than they were written in. */
    REORDERED,
    /** An entry stands there again. */
    REPEATED,
    /** A record that is no entry of this partition's chain. */
    NOT_AN_ENTRY,
    /** The input an entry rests on, or one before it, is another one or not there. */
    INPUT_DIFFERS,
    /** The chain is not the one whose head was kept, or ends before it. */
    NOT_THE_KEPT_CHAIN;

    /** As people and scripts read it. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }
}
