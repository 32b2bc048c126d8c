package dev.imsbridge.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.bench.ReplayMeasurement.Way;
import dev.imsbridge.terminal.Columns;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The results of {@code bench replay}, as text or JSON: medians over the rounds. */
final class ReplayReport {
  private final String method;
  private final Map<Way, Row> rows = new EnumMap<>(Way.class);

  /** The medians of one way. The ratio is the median of the ratios of the rounds. */
  private record Row(double perSecond, double ratio, double cpuMicros, double brokerMicros) {}

  ReplayReport(int transitions, int partitions, Map<Way, List<Measured>> measured) {
    int rounds = measured.get(Way.PLAIN).size();
    method =
        ("Medians of %s rounds in turn, after a warm-up; %s transitions in %s partitions. CPU is"
                + " that of the whole process, compiling and garbage included; the broker is another"
                + " process on the same machine. Printed lines are thrown away. %s cores, Java %s.")
            .formatted(
                rounds,
                transitions,
                partitions,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"));
    List<Measured> plain = measured.get(Way.PLAIN);
    measured.forEach(
        (way, all) -> {
          double[] ratios = new double[rounds];
          for (int i = 0; i < rounds; i++) {
            ratios[i] = all.get(i).perSecond() / plain.get(i).perSecond();
          }
          rows.put(
              way,
              new Row(
                  median(all, Measured::perSecond),
                  Median.of(ratios),
                  median(all, Measured::cpuMicros),
                  median(all, Measured::brokerMicros)));
        });
  }

  private static double median(List<Measured> rounds, ToDoubleFunction<Measured> figure) {
    return Median.of(rounds.stream().mapToDouble(figure).toArray());
  }

  String text() {
    Columns columns =
        new Columns("", "records/s", "by plain", "CPU per record", "broker's CPU per record");
    rows.forEach(
        (way, row) ->
            columns.row(
                way.toString(),
                text("%.0f", row.perSecond()),
                text("%.2f", row.ratio()),
                text("%.2f us", row.cpuMicros()),
                text("%.2f us", row.brokerMicros())));
    return columns.text() + "\n" + method + "\n";
  }

  String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("method", method);
    rows.forEach(
        (way, row) ->
            json.putObject(way.name().toLowerCase(Locale.ROOT))
                .put("records_per_second", Math.round(row.perSecond()))
                .put("by_plain", rounded(row.ratio()))
                .put("cpu_micros_per_record", rounded(row.cpuMicros()))
                .put("broker_cpu_micros_per_record", rounded(row.brokerMicros())));
    return json.toPrettyString() + "\n";
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
