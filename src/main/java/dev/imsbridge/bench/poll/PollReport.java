package dev.imsbridge.bench.poll;

import dev.imsbridge.bench.common.Report;
import dev.imsbridge.bench.common.Round;
import dev.imsbridge.terminal.Columns;
import java.util.List;

/**
 * The results of {@code bench poll}: medians over the rounds.
 *
 * @param inFlight a row for each number of GETs in flight
 */
record PollReport(String method, List<Row> inFlight) implements Report {

  /**
   * @param bare the load generator that only sends GETs
   * @param bareByBridge the GETs of the bare load per GET of the bridge
   */
  record Row(int inFlight, Side bridge, Side bare, double bareByBridge) {
    static Row of(int inFlight, List<Round> bridge, List<Round> bare) {
      Side own = Side.of(bridge);
      Side other = Side.of(bare);
      double ratio = Report.rounded(other.getsPerSecond() / own.getsPerSecond());
      return new Row(inFlight, own, other, ratio);
    }
  }

  record Side(
      double getsPerSecond,
      double cpuMicrosPerGet,
      double bodyBytesPerGet,
      double allocatedBytesPerGet) {
    private static Side of(List<Round> rounds) {
      return new Side(
          Round.median(rounds, Round::perSecond),
          Round.median(rounds, Round::cpuMicros),
          Round.median(rounds, Round::bytesEach),
          Round.median(rounds, Round::allocatedEach));
    }
  }

  @Override
  public String text() {
    Columns columns =
        new Columns(
            "in flight",
            "GETs/s",
            "CPU per GET",
            "body bytes",
            "allocated",
            "bare GETs/s",
            "bare CPU per GET",
            "bare/bridge");
    for (Row row : inFlight) {
      columns.row(
          Integer.toString(row.inFlight()),
          Report.format("%.0f", row.bridge().getsPerSecond()),
          Report.format("%.1f us", row.bridge().cpuMicrosPerGet()),
          Report.format("%.0f", row.bridge().bodyBytesPerGet()),
          Report.format("%.1f kB", row.bridge().allocatedBytesPerGet() / 1000),
          Report.format("%.0f", row.bare().getsPerSecond()),
          Report.format("%.1f us", row.bare().cpuMicrosPerGet()),
          Report.format("%.2fx", row.bareByBridge()));
    }
    return columns.text() + "\n" + method + "\n";
  }
}
