package dev.imsbridge.poller;

import java.util.HashMap;
import java.util.Map;

/**
 * The watches of one partition during one assignment to this poller, by key. A later assignment
 * starts with a new instance, and outcomes for the old one do not change it. Owned by the loop's
 * thread.
 */
final class PartitionWatches {
  final int partition;
  final Map<String, WatchState> watches = new HashMap<>();

  /** Whether the table was read up to its end at assignment. Polling starts only after that. */
  boolean restored;

  /** Whether the partition was revoked from this poller. */
  boolean revoked;

  PartitionWatches(int partition) {
    this.partition = partition;
  }
}
