package dev.imsbridge.bench.topology;

import dev.imsbridge.bench.common.Report;
import dev.imsbridge.bench.common.Round;
import dev.imsbridge.terminal.Columns;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** The results of {@code bench latency}. */
record LatencyReport(String method, List<Row> rows) implements Report {

  /**
   * The latencies of one topology at one rate.
   *
   * @param rate the planned answers per second
   * @param side bridge or bare
   * @param cpuCores the CPU time of the process in each second
   * @param brokerCpuCores the same of the broker
   */
  record Row(
      String setting,
      double rate,
      String side,
      int answers,
      double p50Ms,
      double p95Ms,
      double p99Ms,
      double p999Ms,
      double maxMs,
      double cpuCores,
      double brokerCpuCores) {}

  /** The latencies of several rounds. Used by one thread. */
  static final class Samples {
    private final List<LongStream> latencies = new ArrayList<>();
    private long wallNanos;
    private long cpuNanos;
    private long brokerNanos;

    /**
     * @param nanos in any order
     */
    void add(Round round, LongStream nanos) {
      latencies.add(nanos);
      wallNanos += round.wallNanos();
      cpuNanos += round.cpuNanos();
      brokerNanos += round.brokerNanos();
    }

    Row row(String setting, double rate, String side) {
      long[] sorted =
          latencies.stream().reduce(LongStream.empty(), LongStream::concat).sorted().toArray();
      return new Row(
          setting,
          rate,
          side,
          sorted.length,
          millis(sorted, 0.5),
          millis(sorted, 0.95),
          millis(sorted, 0.99),
          millis(sorted, 0.999),
          millis(sorted, 1),
          Report.rounded((double) cpuNanos / wallNanos),
          Report.rounded((double) brokerNanos / wallNanos));
    }
  }

  /** Returns the smallest latency that at least this share of all answers do not exceed, in ms. */
  static double millis(long[] sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.length);
    return Report.rounded(sorted[Math.max(1, rank) - 1] / 1e6);
  }

  @Override
  public String text() {
    Columns columns =
        new Columns(
            "",
            "answers/s",
            "",
            "answers",
            "p50",
            "p95",
            "p99",
            "p99.9",
            "max",
            "CPU",
            "broker's CPU");
    for (Row row : rows) {
      columns.row(
          row.setting,
          Report.format("%s", Math.round(row.rate)),
          row.side,
          Integer.toString(row.answers),
          ms(row.p50Ms),
          ms(row.p95Ms),
          ms(row.p99Ms),
          ms(row.p999Ms),
          ms(row.maxMs),
          Report.format("%.2f", row.cpuCores),
          Report.format("%.2f", row.brokerCpuCores));
    }
    return columns.text() + "\n" + method + "\n";
  }

  private static String ms(double millis) {
    return Report.format("%.1f ms", millis);
  }
}
