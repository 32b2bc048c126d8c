package dev.imsbridge.bench.poll;

import dev.imsbridge.bench.common.Report;
import dev.imsbridge.bench.poll.PolicyBench.Comparison;
import dev.imsbridge.bench.poll.PolicyBench.FixedSchedule;
import dev.imsbridge.bench.poll.PolicyBench.Row;
import dev.imsbridge.terminal.Columns;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The results of {@code bench policy}.
 *
 * @param schedules each schedule with each type of job
 * @param atEqualLag each client with an adaptive policy that detects ends no later
 */
record PolicyReport(long seed, int jobs, List<Schedule> schedules, List<EqualLag> atEqualLag)
    implements Report {

  /** The result of a schedule for one type of job. */
  record Schedule(
      String schedule,
      String jobType,
      double callsPerJob,
      long lagP50Ms,
      long lagP95Ms,
      long lagMaxMs,
      double givenUp) {
    static Schedule of(Row row) {
      return new Schedule(
          row.schedule(),
          row.jobType(),
          Report.rounded(row.callsPerJob()),
          row.lagP50().toMillis(),
          row.lagP95().toMillis(),
          row.lagMax().toMillis(),
          Report.rounded(row.timedOut()));
    }
  }

  /**
   * @param client the client if it never gave up
   * @param callsRatio the adaptive policy's calls divided by the client's
   */
  record EqualLag(Schedule client, double clientGivesUp, Schedule adaptive, double callsRatio) {
    static EqualLag of(Comparison comparison) {
      return new EqualLag(
          Schedule.of(comparison.client()),
          Report.rounded(comparison.givenUp()),
          Schedule.of(comparison.adaptive()),
          Report.rounded(comparison.ratio()));
    }
  }

  static PolicyReport of(long seed, int jobs, List<Row> rows, List<Comparison> comparisons) {
    return new PolicyReport(
        seed,
        jobs,
        rows.stream().map(Schedule::of).toList(),
        comparisons.stream().map(EqualLag::of).toList());
  }

  @Override
  public String text() {
    return """
    Calls per job, and the lag until its end is found:

    %s
    Calls of the adaptive policy per call of a client. Its target is set so that its p95 lag is at most that of the
    client, if the client never gave up:

    %s
    %s jobs of each type in virtual time, seed %s. All schedules get the same jobs; a round trip takes 0.15 s. The
    adaptive policy has learned from 200 other jobs of each type, in a line with a type only from jobs of that type.
    Given up: jobs whose client stopped waiting. They count in its calls, but not in its lags.
    """
        .formatted(scheduleTable(), ratioTable(), jobs, seed);
  }

  private String scheduleTable() {
    Columns columns = new Columns("job type", "schedule", "calls", "p50", "p95", "max", "given up");
    String last = "";
    for (Schedule row : schedules) {
      columns.row(
          row.jobType().equals(last) ? "" : row.jobType(),
          row.schedule(),
          Report.format("%.1f", row.callsPerJob()),
          seconds(row.lagP50Ms()),
          seconds(row.lagP95Ms()),
          seconds(row.lagMaxMs()),
          row.givenUp() == 0 ? "" : Report.format("%.1f %%", 100 * row.givenUp()));
      last = row.jobType();
    }
    return columns.text();
  }

  private String ratioTable() {
    List<String> titles = new ArrayList<>(List.of("job type"));
    PolicyBench.CLIENTS.stream().map(FixedSchedule::name).forEach(titles::add);
    Columns columns = new Columns(titles.toArray(String[]::new));
    Map<String, List<String>> lines = new LinkedHashMap<>();
    for (EqualLag each : atEqualLag) {
      String type = each.client().jobType();
      lines
          .computeIfAbsent(type, title -> new ArrayList<>(List.of(title)))
          .add(Report.format("%.2f", each.callsRatio()));
    }
    lines.values().forEach(cells -> columns.row(cells.toArray(String[]::new)));
    return columns.text();
  }

  private static String seconds(long millis) {
    return Report.format("%.1f s", millis / 1e3);
  }
}
