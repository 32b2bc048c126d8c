package dev.imsbridge.bench.topology;

import dev.imsbridge.bench.common.Report;
import dev.imsbridge.bench.common.Round;
import dev.imsbridge.bench.common.TopicSizes;
import dev.imsbridge.bench.topology.TopologyMeasurement.Stored;
import dev.imsbridge.terminal.Columns;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The results of {@code bench topology}: medians over the rounds.
 *
 * @param bare the same answers in a {@link BareTopology}
 * @param answersOfBare the rate of {@code answers}, divided by that of {@code bare}
 */
record TopologyReport(
    String method, Side requests, Side answers, Side bare, double answersOfBare, Lag lag)
    implements Report {

  /**
   * @param outputBytesPerRecord the bytes of the published records as the broker stores them
   * @param changelogBytesPerRecord the same of the changelogs of the stores
   */
  record Side(
      long recordsPerSecond,
      double cpuMicrosPerRecord,
      double brokerCpuMicrosPerRecord,
      double outputBytesPerRecord,
      double changelogBytesPerRecord) {
    static Side of(List<Stored> measured) {
      List<Round> rounds = measured.stream().map(Stored::round).toList();
      return new Side(
          Math.round(Round.median(rounds, Round::perSecond)),
          Round.median(rounds, Round::cpuMicros),
          Round.median(rounds, Round::brokerMicros),
          bytes(measured, TopicSizes.Bytes::outputs),
          bytes(measured, TopicSizes.Bytes::changelogs));
    }

    private static double bytes(List<Stored> measured, ToLongFunction<TopicSizes.Bytes> which) {
      return Report.median(
          measured.stream()
              .mapToDouble(each -> (double) which.applyAsLong(each.bytes()) / each.round().count())
              .toArray());
    }
  }

  /** The time from an answer until its transition can be read. */
  record Lag(int answers, long p50Ms, long p95Ms, long maxMs) {
    /**
     * @param sorted in ascending order
     */
    static Lag of(List<Duration> sorted) {
      return new Lag(sorted.size(), millis(sorted, 0.5), millis(sorted, 0.95), millis(sorted, 1));
    }

    private static long millis(List<Duration> sorted, double share) {
      int index = (int) Math.min(sorted.size() - 1, Math.floor(share * sorted.size()));
      return sorted.get(index).toMillis();
    }
  }

  @Override
  public String text() {
    Columns columns =
        new Columns(
            "",
            "records/s",
            "CPU per record",
            "broker's CPU per record",
            "stored bytes per record",
            "of the changelog");
    row(columns, "requests", requests);
    row(columns, "answers", answers);
    row(columns, "the same, bare", bare);
    return """
    %s
    The topology processes answers at %s of the rate of a bare one.
    Time from an answer until its transition can be read: median %s ms, p95 %s ms, maximum %s ms, over %s answers,
    one after the other.

    %s
    """
        .formatted(
            columns.text(), answersOfBare, lag.p50Ms, lag.p95Ms, lag.maxMs, lag.answers, method);
  }

  private static void row(Columns columns, String name, Side side) {
    columns.row(
        name,
        Long.toString(side.recordsPerSecond()),
        Report.format("%.1f us", side.cpuMicrosPerRecord()),
        Report.format("%.1f us", side.brokerCpuMicrosPerRecord()),
        Report.format("%.0f", side.outputBytesPerRecord()),
        Report.format("%.0f", side.changelogBytesPerRecord()));
  }
}
