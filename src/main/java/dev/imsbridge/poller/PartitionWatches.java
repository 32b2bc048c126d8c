package dev.imsbridge.poller;

import java.util.HashMap;
import java.util.Map;

/**
 * The watches of one partition during one assignment to this poller. A later assignment starts with
 * a new instance, and outcomes for the old one are dropped. Owned by the loop's thread.
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

  /** Whether the table was read up to its end at assignment. Polling starts only after that. */
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
