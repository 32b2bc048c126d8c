package dev.imsbridge.web.stream;

import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.wire.TimeRange;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * The last hour of the event stream in samples of 10 s: the number of transitions, and how late the
 * ends of jobs were detected. It counts the events of all instances, because each instance reads
 * all of them. An event costs constant time and memory, and nothing is done while there are none.
 *
 * <p>The reader of the stream adds events; any thread may read samples.
 */
public final class EventSamples {
  public static final Duration INTERVAL = Duration.ofSeconds(10);

  /** An hour, including the current sample. */
  static final int MAX_SAMPLES = 360;

  /** Percentiles cover at most this many of the latest ends. */
  static final int MAX_LAGS = 1_000;

  /**
   * The events of one interval.
   *
   * @param at the beginning of the interval
   * @param ends the ends of jobs whose detection lag is known
   * @param lagP50Ms the median of the detection lag; null without ends
   * @param lagP95Ms its 95th percentile; null without ends
   */
  public record Sample(Instant at, int transitions, int ends, Long lagP50Ms, Long lagP95Ms) {}

  /**
   * The samples of the last hour.
   *
   * @param since when counting began
   * @param ends the number of ends of the last hour that the percentiles cover, at most 1,000
   * @param samples the oldest first; the last one is still counting
   */
  public record Report(
      Instant since,
      Instant now,
      long intervalMs,
      int ends,
      Long lagP50Ms,
      Long lagP95Ms,
      List<Sample> samples) {}

  private record Lag(long slot, long millis) {}

  private final InstantSource clock;
  private final Instant since;
  private final Deque<Sample> closed = new ArrayDeque<>();
  private final Deque<Lag> latest = new ArrayDeque<>();
  private long slot;
  private int transitions;
  private int ends;

  public EventSamples(InstantSource clock) {
    this.clock = clock;
    since = clock.instant();
    slot = slot(since);
  }

  private static long slot(Instant time) {
    return Math.floorDiv(time.toEpochMilli(), INTERVAL.toMillis());
  }

  /** Counts a published event. Only transitions count. */
  public synchronized void published(PublishedEvent event) {
    if (event.completion()) {
      return;
    }
    advance(slot(clock.instant()));
    transitions++;
    Long lag = lag(event);
    if (lag != null) {
      ends++;
      latest.add(new Lag(slot, lag));
      if (latest.size() > MAX_LAGS) {
        latest.remove();
      }
    }
  }

  /** Returns the time from the end of a job until it was detected; null if it is not known. */
  private static Long lag(PublishedEvent event) {
    if (!event.data().path("terminal").asBoolean() || event.status().equals("LOST")) {
      return null;
    }
    try {
      Instant end = TimeRange.parse(event.text("end_time"));
      long lag = Duration.between(end, event.observedAt()).toMillis();
      return lag < 0 ? null : lag;
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Closes the samples before an interval. Does nothing if the clock was set back. */
  private void advance(long now) {
    if (now - slot > MAX_SAMPLES) {
      closed.clear();
      begin(now - MAX_SAMPLES);
    }
    while (slot < now) {
      closed.add(sample());
      if (closed.size() >= MAX_SAMPLES) {
        closed.remove();
      }
      begin(slot + 1);
    }
  }

  private void begin(long next) {
    slot = next;
    transitions = 0;
    ends = 0;
  }

  private Sample sample() {
    long[] lags = ends == 0 ? new long[0] : lagsSince(slot);
    return new Sample(
        Instant.ofEpochMilli(slot * INTERVAL.toMillis()),
        transitions,
        ends,
        percentile(lags, 50),
        percentile(lags, 95));
  }

  private long[] lagsSince(long first) {
    return latest.stream().filter(lag -> lag.slot() >= first).mapToLong(Lag::millis).toArray();
  }

  /** Returns the smallest value that at least this percentage of the values does not exceed. */
  private static Long percentile(long[] values, int percent) {
    Arrays.sort(values);
    return values.length == 0 ? null : values[(values.length * percent + 99) / 100 - 1];
  }

  /**
   * Returns the samples of the last hour.
   *
   * @param from only samples that end after this time; null for all
   */
  public synchronized Report report(Instant from) {
    Instant now = clock.instant();
    advance(slot(now));
    List<Sample> samples = new ArrayList<>(closed);
    samples.add(sample());
    if (from != null) {
      samples.removeIf(each -> !each.at().plus(INTERVAL).isAfter(from));
    }
    long[] lags = lagsSince(slot - MAX_SAMPLES + 1);
    return new Report(
        since,
        now,
        INTERVAL.toMillis(),
        lags.length,
        percentile(lags, 50),
        percentile(lags, 95),
        samples);
  }
}
