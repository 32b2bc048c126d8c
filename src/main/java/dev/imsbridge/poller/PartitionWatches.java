package dev.imsbridge.poller;

import java.util.HashMap;
import java.util.Map;

/**
 * The watches of one partition, for as long as this poller has it: assigned again, it begins as a
 * new one, and what was asked for the old one is dropped. Owned by the loop's thread.
 */
final class PartitionWatches {
  private final int partition;
  private final Map<String, WatchState> watches = new HashMap<>();
  private boolean restored;
  private boolean gone;

  PartitionWatches(int partition) {
    this.partition = partition;
  }

  int partition() {
    return partition;
  }

  Map<String, WatchState> watches() {
    return watches;
  }

  /** Whether the table was read to the end it had at assignment, so that polling may begin. */
  boolean restored() {
    return restored;
  }

  void nowRestored() {
    restored = true;
  }

  boolean gone() {
    return gone;
  }

  void nowGone() {
    gone = true;
  }
}
