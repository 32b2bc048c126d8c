package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.Evidence;
import java.time.Instant;
import java.util.Arrays;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The chain that makes the audit provable. Per partition, each entry holds its position, the hash
 * of the entry before, and its own hash in its last header. A hash covers the whole record: key,
 * value, headers and timestamp. An entry also holds the digest of the input it rests on and that of
 * all inputs before, so the log of inputs is bound to the chain too.
 */
public final class AuditChain {
  /** Stands for the hash of the entry before the first, and of the inputs before the first. */
  public static final String ORIGIN = "0".repeat(64);

  /** The last header of an entry: the hash of all the rest of its record. */
  public static final String HASH = "entry-hash";

  private AuditChain() {}

  /** Adds its hash to an entry, and returns it. */
  public static String seal(byte[] key, Event entry, long timestamp) {
    String hash = hash(key, entry.value(), entry.headers(), timestamp);
    entry.headers().add(HASH, hash.getBytes(UTF_8));
    return hash;
  }

  /** The hash of an entry's record, whether or not it already holds one. */
  public static String hash(byte[] key, byte[] value, Headers headers, long timestamp) {
    Header[] all = headers.toArray();
    boolean sealed = all.length > 0 && all[all.length - 1].key().equals(HASH);
    return Digest.record(key, value, sealed ? Arrays.copyOf(all, all.length - 1) : all, timestamp);
  }

  /**
   * The input that entries rest on.
   *
   * @param at its place in the log of inputs
   * @param sha256 digest of its record
   * @param before digest of all inputs of the partition before it
   */
  public record Source(Evidence at, String sha256, String before) {

    /** The digest of all inputs up to and with this one. */
    public String after() {
      return AuditChain.after(before, at.offset(), sha256);
    }
  }

  /** The digest of a log of inputs that one more is added to. */
  public static String after(String inputs, long offset, String sha256) {
    return Digest.sha256(inputs + "/" + offset + "/" + sha256);
  }

  /** An entry's place. Positions count from 1. */
  public record Link(long position, String previousHash, Source source) {}

  /**
   * Where a partition's chain stands.
   *
   * @param position of the last entry, 0 when there is none
   * @param hash of the last entry
   * @param inputs the digest of all inputs taken
   * @param latest the latest time seen on the partition's inputs: its clock
   */
  public record Head(long position, String hash, String inputs, Instant latest) {
    public static final Head START = new Head(0, ORIGIN, ORIGIN, Instant.EPOCH);

    /** The next input of the partition. */
    public Source source(Logged record) {
      return new Source(record.at(), record.sha256(), inputs);
    }

    public Link next(Source source) {
      return new Link(position + 1, hash, source);
    }

    public Head after(String entryHash) {
      return new Head(position + 1, entryHash, inputs, latest);
    }

    public Head took(Source source) {
      return new Head(position, hash, source.after(), latest);
    }

    public Head seen(Instant at) {
      return at.isAfter(latest) ? new Head(position, hash, inputs, at) : this;
    }
  }
}
