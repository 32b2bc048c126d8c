package dev.imsbridge.bench.bridges;

import dev.imsbridge.bench.common.Report;
import dev.imsbridge.bench.common.TopicSizes;
import dev.imsbridge.terminal.Columns;
import java.io.IOException;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The results of {@code bench soak}.
 *
 * @param flat whether nothing grows
 */
record SoakReport(String method, boolean flat, List<Trend> trends, List<Sample> samples)
    implements Report {
  private static final double TOLERANCE = 0.1;

  /**
   * @param topicsMib the sizes of all topics, which grow
   */
  record Sample(
      double minute,
      long requested,
      long completed,
      double heapMib,
      double rssMib,
      int threads,
      long openFiles,
      double stateMib,
      double topicsMib) {
    static Sample of(
        double minute, long requested, long completed, BridgeChild bridge, TopicSizes topics)
        throws IOException {
      RunningJvm.Use use = bridge.use();
      long stored = topics.all().values().stream().mapToLong(Long::longValue).sum();
      return new Sample(
          Report.rounded(minute),
          requested,
          completed,
          use.heapMib(),
          use.rssMib(),
          use.threads(),
          use.openFiles(),
          Report.rounded(bridge.stateBytes() / RunningJvm.Use.MIB),
          Report.rounded(stored / RunningJvm.Use.MIB));
    }

    String line() {
      return Report.format(
          "%.1f min: %d jobs requested, %d completed, heap %.0f MiB, RSS %.0f MiB",
          minute, requested, completed, heapMib, rssMib);
    }
  }

  /**
   * How a figure changed.
   *
   * @param middle its mean in the middle third of the samples
   * @param last its mean in the last third
   */
  record Trend(String name, double middle, double last, boolean flat) {
    /**
     * @param slack an increase that counts as flat in any case
     */
    static Trend of(
        String name, List<Sample> samples, double slack, ToDoubleFunction<Sample> figure) {
      int third = samples.size() / 3;
      double middle = mean(samples.subList(third, samples.size() - third), figure);
      double last = mean(samples.subList(samples.size() - third, samples.size()), figure);
      return new Trend(name, middle, last, last <= middle * (1 + TOLERANCE) + slack);
    }

    private static double mean(List<Sample> samples, ToDoubleFunction<Sample> figure) {
      return Report.rounded(samples.stream().mapToDouble(figure).average().orElseThrow());
    }
  }

  static SoakReport of(String method, List<Sample> samples) {
    List<Trend> trends =
        List.of(
            Trend.of("heap (MiB)", samples, 2, Sample::heapMib),
            Trend.of("RSS (MiB)", samples, 8, Sample::rssMib),
            Trend.of("threads", samples, 2, Sample::threads),
            Trend.of("open files", samples, 10, Sample::openFiles),
            Trend.of("state (MiB)", samples, 8, Sample::stateMib),
            Trend.of("open jobs", samples, 100, each -> each.requested - each.completed));
    return new SoakReport(method, trends.stream().allMatch(Trend::flat), trends, samples);
  }

  @Override
  public boolean passed() {
    return flat;
  }

  @Override
  public String text() {
    Columns table =
        new Columns(
            "minute",
            "requested",
            "completed",
            "heap",
            "RSS",
            "threads",
            "files",
            "state",
            "topics");
    for (Sample each : samples) {
      table.row(
          Report.format("%.1f", each.minute),
          Long.toString(each.requested),
          Long.toString(each.completed),
          mib(each.heapMib),
          mib(each.rssMib),
          Integer.toString(each.threads),
          Long.toString(each.openFiles),
          mib(each.stateMib),
          mib(each.topicsMib));
    }
    Columns verdicts = new Columns("", "middle third", "last third", "");
    for (Trend trend : trends) {
      verdicts.row(
          trend.name,
          Report.format("%.1f", trend.middle),
          Report.format("%.1f", trend.last),
          trend.flat ? "flat" : "grows");
    }
    return table.text() + "\n" + verdicts.text() + "\n" + method + "\n";
  }

  private static String mib(double mib) {
    return Report.format("%.0f MiB", mib);
  }
}
