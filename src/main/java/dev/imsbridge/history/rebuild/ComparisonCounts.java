package dev.imsbridge.history.rebuild;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The counts of the comparison of one topic. Confined to one thread. */
public final class ComparisonCounts {
  private static final int MAX_DEVIATIONS = 20;

  private final String topic;
  private final Map<Result, Long> counts = new EnumMap<>(Result.class);
  private final List<Deviation> first = new ArrayList<>();

  /** The results that are counted. */
  public enum Result {
    /** Recomputed from the observations. */
    RECOMPUTED,
    IDENTICAL,
    /** Differs from the recomputed record, is missing, or is extra. */
    DIFFERENT,
    /** Cannot be compared, usually because retention deleted the record or its observation. */
    NOT_COMPARED,
    /**
     * Recomputed, but not published yet, because the bridge had not processed the observation when
     * the comparison started.
     */
    PENDING
  }

  /**
   * A difference between a published record and the record recomputed from the observations.
   *
   * @param partition the partition of the published record; -1 if there is none
   * @param offset the offset of the published record; -1 if there is none
   * @param key the key of the record
   * @param detail a description of the difference in one line, for output
   */
  public record Deviation(int partition, long offset, String key, String detail) {}

  ComparisonCounts(String topic) {
    this.topic = topic;
  }

  void add(Result result) {
    counts.merge(result, 1L, Long::sum);
  }

  /** Adds a recomputed record that is not published. */
  void addMissing(int partition, String key, String detail) {
    add(new Deviation(partition, -1, key, detail));
  }

  /** Adds a published record that cannot be recomputed. */
  void addExtra(PublishedRecord record) {
    addDifferent(record, "extra: no observation leads to it");
  }

  void addDifferent(PublishedRecord record, String detail) {
    add(new Deviation(record.partition(), record.offset(), record.digest().key(), detail));
  }

  private void add(Deviation deviation) {
    add(Result.DIFFERENT);
    if (first.size() < MAX_DEVIATIONS) {
      first.add(deviation);
    }
  }

  public String topic() {
    return topic;
  }

  /** The number of records with a result. */
  public long count(Result result) {
    return counts.getOrDefault(result, 0L);
  }

  /** The first {@value #MAX_DEVIATIONS} differences. */
  public List<Deviation> first() {
    return List.copyOf(first);
  }
}
