package dev.imsbridge.history.rebuild;

import java.util.ArrayList;
import java.util.List;

/** The counts of the comparison of one topic. Confined to one thread. */
public final class ComparisonCounts {
  private static final int NAMED = 20;

  private final String topic;
  private final List<Deviation> first = new ArrayList<>();
  private long recomputed;
  private long identical;
  private long different;
  private long untold;
  private long pending;

  ComparisonCounts(String topic) {
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

  /** The number of records recomputed from the observations. */
  public long recomputedRecords() {
    return recomputed;
  }

  public long identicalRecords() {
    return identical;
  }

  public long differentRecords() {
    return different;
  }

  /**
   * The number of records that cannot be compared, usually because retention deleted the record or
   * its observation.
   */
  public long untoldRecords() {
    return untold;
  }

  /**
   * The number of recomputed records that are not published yet, because the bridge had not
   * processed their observations when the comparison started.
   */
  public long pendingRecords() {
    return pending;
  }

  /** The first {@value #NAMED} differences. */
  public List<Deviation> first() {
    return List.copyOf(first);
  }
}
