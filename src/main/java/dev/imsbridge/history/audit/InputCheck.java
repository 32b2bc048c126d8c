package dev.imsbridge.history.audit;

import dev.imsbridge.wire.AuditChain;
import java.util.function.LongSupplier;

/**
 * Compares the inputs of a partition with their digests in the audit entries. Entries name inputs
 * in the order of the log, so one pass and constant memory are enough. An input that no entry names
 * is covered by the next named input. Confined to one thread.
 *
 * <p>The check cannot detect changes after the last named input. If retention has deleted the first
 * inputs, it cannot detect changes before the first named input.
 */
final class InputCheck {

  /** The result for the input of an entry. */
  enum Proof {
    /** The record and the records before it match the digests in the entry. */
    PROVED,
    /** The record differs from the one that was folded. */
    DIFFERENT,
    /** A record after the previous named input was changed, removed or added. */
    DIFFERENT_BEFORE,
    /** Retention deleted the record. */
    GONE,
    /** The record does not exist. */
    ABSENT,
    /** The record was passed before. Only an entry that is out of order names it again. */
    PASSED
  }

  private final long begin;
  private long named = -1;
  private long last = -1;
  private String sha256;
  // The digests of the log before the last record, and up to and including it. Null if the first
  // records were deleted.
  private String before;
  private String inputs;

  /**
   * @param begin the first offset of the log
   */
  InputCheck(long begin) {
    this.begin = begin;
    inputs = begin == 0 ? AuditChain.ORIGIN : null;
  }

  /** Adds the next record of the log to the digest. */
  void pass(long offset, String recordSha256) {
    last = offset;
    sha256 = recordSha256;
    before = inputs;
    inputs = before == null ? null : AuditChain.after(before, offset, recordSha256);
  }

  /**
   * Checks the input of an entry. All records up to it must have been passed.
   *
   * @param beginNow the current first offset of the log, which retention can move during the check
   */
  Proof prove(AuditChain.Source source, LongSupplier beginNow) {
    long offset = source.at().offset();
    if (offset < last || offset < named) {
      return Proof.PASSED;
    }
    Proof proof = compare(source, offset, beginNow);
    // Continue with the digests of the entry. Otherwise one difference makes all later inputs
    // differ.
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
    // Records that retention deletes during the check are not passed, so the digest cannot match.
    boolean same = before == null || source.before().equals(before);
    return same || named + 1 < beginNow.getAsLong() ? Proof.PROVED : Proof.DIFFERENT_BEFORE;
  }
}
