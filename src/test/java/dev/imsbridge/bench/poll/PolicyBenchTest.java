package dev.imsbridge.bench.poll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.bench.poll.PolicyBench.Comparison;
import dev.imsbridge.poller.schedule.BackoffPolicy;
import dev.imsbridge.poller.schedule.PollPolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyBenchTest {
  private static final Duration FLOOR = Duration.ofSeconds(1);

  /** The default of the bridge. */
  private static final Duration CEILING = Duration.ofSeconds(90);

  private final List<Comparison> comparisons = new PolicyBench(1, 200).atEqualLag(FLOOR, CEILING);

  @Test
  void shouldCompareEveryClientOnEveryTypeAtNoLaterDiscovery() {
    assertThat(comparisons)
        .hasSize(PolicyBench.workloads().size() * PolicyBench.CLIENTS.size())
        .allMatch(each -> each.adaptive().lagP95().compareTo(each.client().lagP95()) <= 0)
        .allMatch(each -> each.adaptive().timedOut() == 0);
  }

  /** If a client needs a single call, fewer calls are not possible. */
  @Test
  void shouldNeedFewerCallsThanEveryClient() {
    assertThat(comparisons)
        .filteredOn(each -> each.client().callsPerJob() > 1)
        .hasSizeGreaterThan(comparisons.size() - 10)
        .allMatch(each -> each.ratio() < 1)
        .filteredOn(PolicyBenchTest::tight)
        .isNotEmpty()
        .allMatch(each -> each.ratio() <= 0.5);
    assertThat(comparisons)
        .filteredOn(each -> each.client().callsPerJob() == 1)
        .allMatch(each -> each.ratio() <= 1.02);
  }

  @Test
  void shouldGiveTheSameFiguresForTheSameSeed() {
    PolicyBench.JobType type = PolicyBench.JOB_TYPES.get(2);
    PollPolicy policy = new BackoffPolicy(FLOOR, CEILING, 0.1);
    assertThat(new PolicyBench(7, 100).run("backoff", policy, List.of(type)))
        .isEqualTo(new PolicyBench(7, 100).run("backoff", policy, List.of(type)))
        .isNotEqualTo(new PolicyBench(8, 100).run("backoff", policy, List.of(type)));
  }

  @Test
  void shouldCountTheJobsThatAClientGivesUp() {
    PolicyBench.JobType ova = new PolicyBench.JobType("OVA", 600, 2266, 0);
    PolicyBench.FixedSchedule hasty = new PolicyBench.FixedSchedule("hasty", 0, 10, 600);
    assertThat(new PolicyBench(1, 200).run(hasty, List.of(ova)).timedOut()).isGreaterThan(0.9);
  }

  private static boolean tight(Comparison comparison) {
    return PolicyBench.JOB_TYPES.stream()
        .filter(type -> type.name().equals(comparison.client().jobType()))
        .anyMatch(type -> type.high() < 1.3 * type.low());
  }
}
