package dev.imsbridge.history;

import java.util.ArrayList;
import java.util.List;

/** How the comparison of one topic goes. Confined to one thread. */
public final class Tally {
  private static final int NAMED = 20;

  private final String topic;
  private final List<Deviation> first = new ArrayList<>();
  private long recomputed;
  private long identical;
  private long different;
  private long untold;
  private long pending;

  Tally(String topic) {
    this.topic = topic;
  }

  void recomputed() {
    recomputed++;
  }

  void identical() {
    identical++;
  }

  void untold(long records) {
    untold += records;
  }

  void pending(long records) {
    pending += records;
  }

  void different(int partition, long offset, String key, String detail) {
    different++;
    if (first.size() < NAMED) {
      first.add(new Deviation(topic, partition, offset, key, detail));
    }
  }

  public String topic() {
    return topic;
  }

  /** Records that follow from the observations. */
  public long recomputedRecords() {
    return recomputed;
  }

  public long identicalRecords() {
    return identical;
  }

  public long differentRecords() {
    return different;
  }

  /** Published records of which the observations that are left tell nothing. */
  public long untoldRecords() {
    return untold;
  }

  /**
   * Recomputed records that are not published, because the bridge had not processed their
   * observations when the comparison began.
   */
  public long pendingRecords() {
    return pending;
  }

  /** The first differences. */
  public List<Deviation> first() {
    return List.copyOf(first);
  }
}
