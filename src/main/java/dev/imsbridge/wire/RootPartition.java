package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.utils.Utils;

/**
 * The partition of a job tree: Kafka's default hash of the root job's id. All topics with this key
 * use it, so the watches and the observations of a tree have the same partition number.
 */
public final class RootPartition {
  private RootPartition() {}

  public static int of(String rootJobId, int partitions) {
    return Utils.toPositive(Utils.murmur2(rootJobId.getBytes(UTF_8))) % partitions;
  }

  /** The partition of a record whose key is {@code root} or {@code root/child}. */
  public static int ofKey(String key, int partitions) {
    return of(rootOf(key), partitions);
  }

  public static int ofKey(byte[] key, int partitions) {
    return ofKey(new String(key, UTF_8), partitions);
  }

  /** The root job's id in a watch's key {@code root} or {@code root/child}. */
  public static String rootOf(String watchKey) {
    int slash = watchKey.indexOf('/');
    return slash < 0 ? watchKey : watchKey.substring(0, slash);
  }
}
