package dev.imsbridge.history;

import dev.imsbridge.wire.AuditChain;
import java.util.function.LongSupplier;

/**
 * Compares a partition's inputs with the digests that its audit entries hold of them. Entries name
 * inputs in the order of the log, so one pass and a fixed amount of memory are enough. Inputs that
 * no entry names are covered by the next one that is named. Confined to one thread.
 *
 * <p>Cannot find: a change of inputs behind the last that an entry names; and, if retention has
 * deleted the first inputs, of those before the first that an entry names.
 */
final class InputCheck {

  /** The result for the input of an entry. */
  enum Proof {
    PROVED,
    /** The record is not the one that was taken in. */
    DIFFERENT,
    /** A record since the last input that an entry names was changed, removed or added. */
    DIFFERENT_BEFORE,
    /** Deleted with the beginning of the log. */
    GONE,
    /** There is no such record. */
    ABSENT,
    /** It was passed before: only a chain out of order names it now. */
    PASSED
  }

  private final long begin;
  private long named = -1;
  private long last = -1;
  private String sha256;
  // Digests of the log before the last record and up to it; null where its beginning is not known.
  private String before;
  private String inputs;

  /**
   * @param begin the offset that the log begins with
   */
  InputCheck(long begin) {
    this.begin = begin;
    inputs = begin == 0 ? AuditChain.ORIGIN : null;
  }

  /** Takes the next record of the log. */
  void pass(long offset, String recordSha256) {
    last = offset;
    sha256 = recordSha256;
    before = inputs;
    inputs = before == null ? null : AuditChain.after(before, offset, recordSha256);
  }

  /**
   * Compares the input of an entry, after all records up to it have been passed.
   *
   * @param beginNow the offset that the log begins with by now: retention goes on meanwhile
   */
  Proof prove(AuditChain.Source source, LongSupplier beginNow) {
    long offset = source.at().offset();
    if (offset < last || offset < named) {
      return Proof.PASSED;
    }
    Proof proof = compare(source, offset, beginNow);
    // From here on as the entry says, so that one difference does not make all that follow differ.
    named = offset;
    last = offset;
    sha256 = source.sha256();
    before = source.before();
    inputs = proof == Proof.GONE ? null : source.after();
    return proof;
  }

  private Proof compare(AuditChain.Source source, long offset, LongSupplier beginNow) {
    if (offset > last) {
      return offset < begin || offset < beginNow.getAsLong() ? Proof.GONE : Proof.ABSENT;
    }
    if (!source.sha256().equals(sha256)) {
      return Proof.DIFFERENT;
    }
    boolean same = before == null || source.before().equals(before);
    return same || named + 1 < beginNow.getAsLong() ? Proof.PROVED : Proof.DIFFERENT_BEFORE;
  }
}
