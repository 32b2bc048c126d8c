package dev.imsbridge.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.bench.PolicyBench.Comparison;
import dev.imsbridge.bench.PolicyBench.FixedSchedule;
import dev.imsbridge.bench.PolicyBench.Row;
import dev.imsbridge.terminal.Columns;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The results of {@code bench policy}, as text or JSON.
 *
 * @param rows each schedule with each type of job
 * @param comparisons each client with an adaptive policy that detects ends no later
 */
record PolicyReport(long seed, int jobs, List<Row> rows, List<Comparison> comparisons) {

  String text() {
    return """
        Calls a job costs, and how late its end is found:

        %s
        Calls of the adaptive policy for each call of a client, where it is set to find 19 of 20 ends no later than
        that client would if it never gave up:

        %s
        %s jobs of each type in virtual time, seed %s; the same jobs for every schedule; 0.15 s for a round trip. The
        adaptive policy has seen 200 other jobs of each type before, and where a line names a type no others. Given up: jobs that the client stopped waiting for,
        which count in its calls and not in its lags.
        """
        .formatted(schedules(), atEqualLag(), jobs, seed);
  }

  private String schedules() {
    Columns columns = new Columns("job type", "schedule", "calls", "p50", "p95", "max", "given up");
    String last = "";
    for (Row row : rows) {
      columns.row(
          row.jobType().equals(last) ? "" : row.jobType(),
          row.schedule(),
          text("%.1f", row.callsPerJob()),
          seconds(row.lagP50()),
          seconds(row.lagP95()),
          seconds(row.lagMax()),
          row.timedOut() == 0 ? "" : text("%.1f %%", 100 * row.timedOut()));
      last = row.jobType();
    }
    return columns.text();
  }

  private String atEqualLag() {
    List<String> titles = new ArrayList<>(List.of("job type"));
    PolicyBench.CLIENTS.stream().map(FixedSchedule::name).forEach(titles::add);
    Columns columns = new Columns(titles.toArray(String[]::new));
    Map<String, List<String>> lines = new LinkedHashMap<>();
    for (Comparison each : comparisons) {
      String type = each.client().jobType();
      lines
          .computeIfAbsent(type, title -> new ArrayList<>(List.of(title)))
          .add(text("%.2f", each.ratio()));
    }
    lines.values().forEach(cells -> columns.row(cells.toArray(String[]::new)));
    return columns.text();
  }

  String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("seed", seed).put("jobs", jobs);
    var schedules = json.putArray("schedules");
    rows.forEach(row -> add(schedules.addObject(), row));
    var equal = json.putArray("at_equal_lag");
    for (Comparison each : comparisons) {
      ObjectNode one = equal.addObject();
      add(one.putObject("client"), each.client());
      one.put("client_gives_up", rounded(each.givenUp()));
      add(one.putObject("adaptive"), each.adaptive());
      one.put("calls_ratio", rounded(each.ratio()));
    }
    return json.toPrettyString() + "\n";
  }

  private static void add(ObjectNode json, Row row) {
    json.put("schedule", row.schedule())
        .put("job_type", row.jobType())
        .put("calls_per_job", rounded(row.callsPerJob()))
        .put("lag_p50_ms", row.lagP50().toMillis())
        .put("lag_p95_ms", row.lagP95().toMillis())
        .put("lag_max_ms", row.lagMax().toMillis())
        .put("given_up", rounded(row.timedOut()));
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private static String seconds(Duration duration) {
    return text("%.1f s", duration.toMillis() / 1e3);
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
