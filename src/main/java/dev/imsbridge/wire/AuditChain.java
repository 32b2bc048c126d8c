package dev.imsbridge.wire;

import java.time.Instant;

/**
 * The chain that makes the audit provable: per partition, each entry holds its position and the
 * hash of the value bytes of the entry before, so that one missing, changed or out of order is
 * found.
 */
public final class AuditChain {
  /** What the first entry of a partition holds as the hash of the one before. */
  public static final String ORIGIN = "0".repeat(64);

  private AuditChain() {}

  /** An entry's place. Positions count from 1. */
  public record Link(int partition, long position, String previousHash) {}

  /**
   * Where a partition's chain stands.
   *
   * @param position of the last entry, 0 when there is none
   * @param hash of the last entry's value
   * @param latest the latest time seen on the partition's inputs: its clock
   */
  public record Head(long position, String hash, Instant latest) {
    public static final Head START = new Head(0, ORIGIN, Instant.EPOCH);

    public Link next(int partition) {
      return new Link(partition, position + 1, hash);
    }

    public Head after(byte[] value) {
      return new Head(position + 1, Digest.sha256(value), latest);
    }

    public Head seen(Instant at) {
      return at.isAfter(latest) ? new Head(position, hash, at) : this;
    }
  }
}
