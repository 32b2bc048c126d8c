package dev.imsbridge.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.bench.PollMeasurement.Round;
import dev.imsbridge.bench.PollMeasurement.Rounds;
import dev.imsbridge.terminal.Columns;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The results of {@code bench poll}, as text or JSON: medians over the rounds. */
final class PollReport {
  private final String method;
  private final List<Row> rows = new ArrayList<>();

  PollReport(URI server, String auth, double seconds, int rounds, int jobs) {
    method =
        ("Medians of %s rounds of %s s, after a warm-up; %s open jobs, asked for in turn; auth %s."
                + " CPU is that of the whole process: schedule, signing, HTTP, parsing, compiling,"
                + " garbage. Bare: the same HTTP client, answers thrown away, measured in turn."
                + " Simulator at %s; %s cores, Java %s.")
            .formatted(
                rounds,
                Double.toString(seconds).replaceAll("\\.0$", ""),
                jobs,
                auth,
                server,
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.version"));
  }

  /** The medians of one side. */
  private record Figures(
      double perSecond, double cpuMicros, double allocatedBytes, double bodyBytes) {
    static Figures of(List<Round> rounds) {
      return new Figures(
          median(rounds, Round::perSecond),
          median(rounds, Round::cpuMicros),
          median(rounds, Round::allocatedBytes),
          median(rounds, Round::bodyBytes));
    }

    private static double median(List<Round> rounds, ToDoubleFunction<Round> figure) {
      return Median.of(rounds.stream().mapToDouble(figure).toArray());
    }
  }

  private record Row(int inFlight, Figures bridge, Figures bare) {
    /** The number of GETs of the bare load per GET of the bridge. */
    double ratio() {
      return bare.perSecond() / bridge.perSecond();
    }
  }

  void add(Rounds rounds) {
    rows.add(new Row(rounds.inFlight(), Figures.of(rounds.bridge()), Figures.of(rounds.bare())));
  }

  String text() {
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
    for (Row row : rows) {
      columns.row(
          Integer.toString(row.inFlight()),
          text("%.0f", row.bridge().perSecond()),
          text("%.1f us", row.bridge().cpuMicros()),
          text("%.0f", row.bridge().bodyBytes()),
          text("%.1f kB", row.bridge().allocatedBytes() / 1000),
          text("%.0f", row.bare().perSecond()),
          text("%.1f us", row.bare().cpuMicros()),
          text("%.2fx", row.ratio()));
    }
    return columns.text() + "\n" + method + "\n";
  }

  String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("method", method);
    ArrayNode list = json.putArray("in_flight");
    for (Row row : rows) {
      ObjectNode each = list.addObject().put("in_flight", row.inFlight());
      add(each.putObject("bridge"), row.bridge());
      add(each.putObject("bare"), row.bare());
      each.put("bare_by_bridge", rounded(row.ratio()));
    }
    return json.toPrettyString() + "\n";
  }

  private static void add(ObjectNode json, Figures figures) {
    json.put("gets_per_second", rounded(figures.perSecond()))
        .put("cpu_micros_per_get", rounded(figures.cpuMicros()))
        .put("body_bytes_per_get", rounded(figures.bodyBytes()))
        .put("allocated_bytes_per_get", rounded(figures.allocatedBytes()));
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
