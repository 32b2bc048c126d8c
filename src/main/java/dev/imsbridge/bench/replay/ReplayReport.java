package dev.imsbridge.bench.replay;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.imsbridge.bench.common.Report;
import dev.imsbridge.bench.common.Round;
import dev.imsbridge.bench.replay.ReplayMeasurement.Way;
import dev.imsbridge.terminal.Columns;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The results of {@code bench replay}: medians over the rounds.
 *
 * @param rows by the name of the way, in the order of the table
 */
record ReplayReport(String method, @JsonAnyGetter Map<String, Row> rows) implements Report {

  /**
   * @param byPlain the median of the ratios to the plain consumer in the same round
   */
  record Row(
      @JsonIgnore Way way,
      long recordsPerSecond,
      double byPlain,
      double cpuMicrosPerRecord,
      double brokerCpuMicrosPerRecord) {
    private static Row of(Way way, List<Round> rounds, List<Round> plain) {
      double[] ratios =
          IntStream.range(0, rounds.size())
              .mapToDouble(i -> rounds.get(i).perSecond() / plain.get(i).perSecond())
              .toArray();
      return new Row(
          way,
          Math.round(Round.median(rounds, Round::perSecond)),
          Report.median(ratios),
          Round.median(rounds, Round::cpuMicros),
          Round.median(rounds, Round::brokerMicros));
    }
  }

  static ReplayReport of(String method, Map<Way, List<Round>> measured) {
    Map<String, Row> rows = new LinkedHashMap<>();
    measured.forEach(
        (way, rounds) ->
            rows.put(
                way.name().toLowerCase(Locale.ROOT), Row.of(way, rounds, measured.get(Way.PLAIN))));
    return new ReplayReport(method, rows);
  }

  @Override
  public String text() {
    Columns columns =
        new Columns("", "records/s", "by plain", "CPU per record", "broker's CPU per record");
    for (Row row : rows.values()) {
      columns.row(
          row.way().toString(),
          Long.toString(row.recordsPerSecond()),
          Report.format("%.2f", row.byPlain()),
          Report.format("%.2f us", row.cpuMicrosPerRecord()),
          Report.format("%.2f us", row.brokerCpuMicrosPerRecord()));
    }
    return columns.text() + "\n" + method + "\n";
  }
}
