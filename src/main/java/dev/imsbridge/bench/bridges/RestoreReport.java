package dev.imsbridge.bench.bridges;

import dev.imsbridge.bench.common.Report;
import dev.imsbridge.terminal.Columns;
import java.time.Duration;
import java.util.List;

/**
 * The results of {@code bench restore}.
 *
 * @param knownAfterMs the time from the start of an empty bridge until it had folded all jobs
 */
record RestoreReport(
    String method, int jobs, int watches, long knownAfterMs, List<Start> starts, List<Move> moves)
    implements Report {
  private static final double SECOND = 1e3;

  /**
   * The starts of one kind.
   *
   * @param readyMs the median
   * @param heapMib heap in use after a full garbage collection, after the last start
   * @param rssMib resident memory when the bridge was ready
   * @param peakRssMib its highest value until then
   * @param stateMib the files of the local state
   */
  record Start(
      String name,
      double readyMs,
      double longestMs,
      double heapMib,
      double rssMib,
      double peakRssMib,
      double stateMib) {
    static Start of(String name, List<Duration> times, RunningJvm.Use use, long stateBytes) {
      double[] millis = times.stream().mapToDouble(Duration::toMillis).toArray();
      return new Start(
          name,
          Report.median(millis),
          times.stream().mapToDouble(Duration::toMillis).max().orElseThrow(),
          use.heapMib(),
          use.rssMib(),
          use.peakRssMib(),
          Report.rounded(stateBytes / RunningJvm.Use.MIB));
    }
  }

  /** A takeover after {@code kill -9}. */
  record Move(String setting, int standbys, long polledMs, long foldedMs) {
    static Move of(String setting, int standbys, Takeover.Taken taken) {
      return new Move(setting, standbys, taken.polled().toMillis(), taken.folded().toMillis());
    }
  }

  @Override
  public String text() {
    Columns columns = new Columns("start", "ready", "longest", "heap", "RSS", "peak RSS", "state");
    for (Start start : starts) {
      columns.row(
          start.name,
          seconds(start.readyMs),
          seconds(start.longestMs),
          mib(start.heapMib),
          mib(start.rssMib),
          mib(start.peakRssMib),
          mib(start.stateMib));
    }
    Columns takeovers = new Columns("takeover", "standbys", "polled", "folded");
    for (Move move : moves) {
      takeovers.row(
          move.setting,
          Integer.toString(move.standbys),
          seconds((double) move.polledMs),
          seconds((double) move.foldedMs));
    }
    return """
    %s known jobs, %s of them watched. An empty bridge knew them after %s.

    %s
    %s
    %s
    """
        .formatted(
            jobs,
            watches,
            seconds((double) knownAfterMs),
            columns.text(),
            moves.isEmpty() ? "" : takeovers.text(),
            method);
  }

  private static String seconds(double millis) {
    return Report.format("%.1f s", millis / SECOND);
  }

  private static String mib(double mib) {
    return Report.format("%.0f MiB", mib);
  }
}
