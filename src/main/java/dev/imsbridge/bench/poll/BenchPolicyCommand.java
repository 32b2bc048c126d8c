package dev.imsbridge.bench.poll;

import dev.imsbridge.bench.common.Benchmark;
import dev.imsbridge.bench.common.Report;
import dev.imsbridge.bench.poll.PolicyBench.FixedSchedule;
import dev.imsbridge.bench.poll.PolicyBench.JobType;
import dev.imsbridge.bench.poll.PolicyBench.Row;
import dev.imsbridge.poller.schedule.AdaptivePolicy;
import dev.imsbridge.poller.schedule.BackoffPolicy;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.DurationText;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code imsbridge bench policy}: compares the poll policies with the fixed schedules of existing
 * clients on the same jobs.
 */
@Command(
    name = "policy",
    description =
        "Computes, in virtual time, the calls per job and the lag until the end of a job is found: "
            + "for the bridge's policies, and for the fixed schedules of existing clients.")
public final class BenchPolicyCommand extends Benchmark {
  private static final Duration CEILING = Duration.ofSeconds(90);
  private static final Duration BACKOFF_CEILING = Duration.ofMinutes(1);
  private static final Duration FLOOR = Duration.ofSeconds(1);

  @Option(
      names = "--jobs",
      paramLabel = "NUMBER",
      defaultValue = "1000",
      description = "Jobs of each type. Default: ${DEFAULT-VALUE}.")
  private int jobs;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "Seed of the durations of the jobs. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--lag-target",
      paramLabel = "DURATION",
      defaultValue = "5s",
      description = "Lag target of the adaptive policy. Default: ${DEFAULT-VALUE}.")
  private String lagTarget;

  public BenchPolicyCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected Report measure(Lifecycle parts) {
    if (jobs < 20 || jobs > 1_000_000) {
      throw CommandFailure.usage("--jobs: 20 to 1000000; fewer have no 95th percentile");
    }
    Duration target = target();
    PolicyBench bench = new PolicyBench(seed, jobs);
    return PolicyReport.of(seed, jobs, rows(bench, target), bench.atEqualLag(FLOOR, CEILING));
  }

  private Duration target() {
    try {
      Duration target = DurationText.parse(lagTarget);
      if (target.compareTo(Duration.ofMillis(100)) >= 0 && target.compareTo(CEILING) <= 0) {
        return target;
      }
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(
          "--lag-target: '" + SafeText.line(lagTarget) + "' " + e.getMessage());
    }
    throw CommandFailure.usage("--lag-target: 100ms to 90s");
  }

  private static List<Row> rows(PolicyBench bench, Duration target) {
    List<Row> rows = new ArrayList<>();
    for (List<JobType> types : PolicyBench.workloads()) {
      rows.add(bench.run("adaptive", new AdaptivePolicy(target, FLOOR, CEILING), types));
      rows.add(
          bench.run(
              "backoff", new BackoffPolicy(Duration.ofSeconds(2), BACKOFF_CEILING, 0.1), types));
      rows.add(bench.run("fixed", new FixedPolicy(Duration.ofSeconds(10)), types));
      for (FixedSchedule client : PolicyBench.CLIENTS) {
        rows.add(bench.run(client, types));
      }
    }
    return rows;
  }
}
