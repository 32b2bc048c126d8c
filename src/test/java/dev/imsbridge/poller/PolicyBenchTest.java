package dev.imsbridge.poller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.poller.PolicyBench.Comparison;
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
        .hasSize(PolicyBench.JOB_TYPES.size() * PolicyBench.CLIENTS.size())
        .allMatch(each -> each.adaptive().lagP95().compareTo(each.client().lagP95()) <= 0)
        .allMatch(each -> each.adaptive().timedOut() == 0);
  }

  /**
   * But for jobs that are over within seconds: a client whose first call comes late enough finds
   * them ended with that one, while the bridge asks at once, to tell of the job's first status.
   */
  @Test
  void shouldNeedFewerCallsThanEveryClient() {
    assertThat(comparisons)
        .filteredOn(each -> !seconds(each))
        .allMatch(each -> each.ratio() < 1)
        .filteredOn(PolicyBenchTest::tight)
        .isNotEmpty()
        .allMatch(each -> each.ratio() <= 0.5);
    assertThat(comparisons)
        .filteredOn(PolicyBenchTest::seconds)
        .allMatch(
            each -> each.adaptive().callsPerJob() <= Math.max(2.3, each.client().callsPerJob()));
  }

  @Test
  void shouldGiveTheSameFiguresForTheSameSeed() {
    PolicyBench.JobType type = PolicyBench.JOB_TYPES.get(2);
    PollPolicy policy = PollPolicy.backoff(FLOOR, CEILING, 0.1);
    assertThat(new PolicyBench(7, 100).run("backoff", policy, type))
        .isEqualTo(new PolicyBench(7, 100).run("backoff", policy, type))
        .isNotEqualTo(new PolicyBench(8, 100).run("backoff", policy, type));
  }

  @Test
  void shouldCountTheJobsThatAClientGivesUp() {
    PolicyBench.JobType ova = new PolicyBench.JobType("OVA", 600, 2266, 0);
    PolicyBench.FixedSchedule hasty = new PolicyBench.FixedSchedule("hasty", 0, 10, 600);
    assertThat(new PolicyBench(1, 200).run(hasty, ova).timedOut()).isGreaterThan(0.9);
  }

  private static PolicyBench.JobType type(Comparison comparison) {
    return PolicyBench.JOB_TYPES.stream()
        .filter(type -> type.name().equals(comparison.client().jobType()))
        .findFirst()
        .orElseThrow();
  }

  private static boolean seconds(Comparison comparison) {
    return type(comparison).high() < 10;
  }

  private static boolean tight(Comparison comparison) {
    return type(comparison).high() < 1.3 * type(comparison).low();
  }
}
