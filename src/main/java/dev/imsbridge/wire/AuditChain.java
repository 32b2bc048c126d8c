package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.Evidence;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The hash chain that makes changes to the audit topic detectable. In each partition an entry
 * contains its position, the hash of the previous entry, and its own hash in its last header. A
 * hash covers the rest of the record: key, value, other headers and timestamp. An entry also
 * contains the digest of the input it is based on and the digest of all earlier inputs, so the log
 * of inputs is bound to the chain too.
 */
public final class AuditChain {
  /** The previous hash of the first entry, and the digest of the inputs before the first input. */
  public static final String ORIGIN = "0".repeat(64);

  /** The name of an entry's last header: the hash of the rest of its record. */
  public static final String HASH = "entry-hash";

  private AuditChain() {}

  /** Adds the hash of an entry as its last header and returns the hash. */
  public static String seal(byte[] key, Event entry, long timestamp) {
    String hash = hash(key, entry.value(), entry.headers(), timestamp);
    entry.headers().add(HASH, hash.getBytes(UTF_8));
    return hash;
  }

  /** Computes the hash of an entry's record, with or without its hash header. */
  public static String hash(byte[] key, byte[] value, Headers headers, long timestamp) {
    List<Header> all = List.of(headers.toArray());
    int last = all.size() - 1;
    boolean sealed = last >= 0 && all.get(last).key().equals(HASH);
    return Digest.record(key, value, sealed ? all.subList(0, last) : all, timestamp);
  }

  /**
   * The input that entries are based on.
   *
   * @param at its position in the log of inputs
   * @param sha256 the digest of its record
   * @param before the digest of all earlier inputs of the partition
   */
  public record Source(Evidence at, String sha256, String before) {

    /** The digest of all inputs up to and including this one. */
    public String after() {
      return AuditChain.after(before, at.offset(), sha256);
    }
  }

  /** The digest of a log of inputs after one more input. */
  public static String after(String inputs, long offset, String sha256) {
    return Digest.sha256(inputs + "/" + offset + "/" + sha256);
  }

  /** The place of an entry in the chain. Positions count from 1. */
  public record Link(long position, String previousHash, Source source) {}

  /**
   * The end of a partition's chain.
   *
   * @param position the position of the last entry, 0 if there is none
   * @param hash the hash of the last entry
   * @param inputs the digest of all processed inputs
   * @param latest the latest time of the partition's inputs, used as the partition's clock
   */
  public record Head(long position, String hash, String inputs, Instant latest) {
    public static final Head START = new Head(0, ORIGIN, ORIGIN, Instant.EPOCH);

    /** Returns the source for the next input of the partition. */
    public Source source(Evidence at, String sha256) {
      return new Source(at, sha256, inputs);
    }

    /** The place of the next entry. */
    public Link next(Source source) {
      return new Link(position + 1, hash, source);
    }

    /** The head after one more entry. */
    public Head afterEntry(String entryHash) {
      return new Head(position + 1, entryHash, inputs, latest);
    }

    /** The head after one more input. */
    public Head afterInput(Source source) {
      return new Head(position, hash, source.after(), latest);
    }

    /**
     * The head with the partition's clock moved to {@code at}; unchanged if it is already later.
     */
    public Head advancedTo(Instant at) {
      return at.isAfter(latest) ? new Head(position, hash, inputs, at) : this;
    }
  }
}
