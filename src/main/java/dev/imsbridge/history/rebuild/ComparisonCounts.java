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
  private long notCompared;
  private long pending;

  ComparisonCounts(String topic) {
    this.topic = topic;
  }

  /**
   * A difference between a published record and the record recomputed from the observations.
   *
   * @param partition the partition of the published record; -1 if there is none
   * @param offset the offset of the published record; -1 if there is none
   * @param key the key of the record
   * @param detail one line for people that names the difference
   */
  public record Deviation(int partition, long offset, String key, String detail) {}

  void addRecomputed() {
    recomputed++;
  }

  void addIdentical() {
    identical++;
  }

  void addNotCompared() {
    notCompared++;
  }

  void addPending(long records) {
    pending += records;
  }

  /** Adds a recomputed record that is not published. */
  void addMissing(int partition, String key, String detail) {
    add(new Deviation(partition, -1, key, detail));
  }

  /** Adds a published record that cannot be recomputed. */
  void addExtra(PublishedRecord record) {
    addDifferent(record, "one too many: nothing leads to it");
  }

  void addDifferent(PublishedRecord record, String detail) {
    add(new Deviation(record.partition(), record.offset(), record.digest().key(), detail));
  }

  private void add(Deviation deviation) {
    different++;
    if (first.size() < NAMED) {
      first.add(deviation);
    }
  }

  public String topic() {
    return topic;
  }

  /** The number of records recomputed from the observations. */
  public long recomputed() {
    return recomputed;
  }

  public long identical() {
    return identical;
  }

  public long different() {
    return different;
  }

  /**
   * The number of records that cannot be compared, usually because retention deleted the record or
   * its observation.
   */
  public long notCompared() {
    return notCompared;
  }

  /**
   * The number of recomputed records that are not published yet, because the bridge had not
   * processed their observations when the comparison started.
   */
  public long pending() {
    return pending;
  }

  /** The first {@value #NAMED} differences. */
  public List<Deviation> first() {
    return List.copyOf(first);
  }
}
