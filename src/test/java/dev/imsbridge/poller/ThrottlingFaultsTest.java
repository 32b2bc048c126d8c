package dev.imsbridge.poller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.job.Decision;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.ScriptedFault;
import dev.imsbridge.simulator.ScriptedJob;
import dev.imsbridge.simulator.ThrottlePolicy;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Status 429 in every wording. The server counts the calls: there must be no more than allowed, and
 * each job's true end must be published afterwards.
 */
class ThrottlingFaultsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  /** More than any test allows: 40 jobs every 10 s. */
  private static final BudgetSettings GREEDY = new BudgetSettings(10, 10, 8);

  private static final int JOBS = 40;

  private static FaultyCloud cloud() {
    return new FaultyCloud(new FixedPolicy(Duration.ofSeconds(10)), GREEDY);
  }

  private static void requestJobs(FaultyCloud cloud, Duration... lengths) {
    for (int i = 0; i < JOBS; i++) {
      ScriptedJob spec =
          ScriptedJob.of(ImsJobType.IMPORT_IMAGE)
              .lasting(lengths[i % lengths.length].plusSeconds(i));
      cloud.request(i % 3 == 0 ? spec.failing() : spec.succeeding());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldLeaveItAloneForAsLongAsRetryAfterSays(ThrottlePolicy policy) {
    Duration wait = Duration.ofSeconds(90);
    try (FaultyCloud cloud = cloud()) {
      requestJobs(cloud, Duration.ofMinutes(5), Duration.ofMinutes(40));
      cloud.pass(MINUTE);
      long before = cloud.calls();
      Duration from = cloud.engine.at();
      cloud.simulator.inject(
          ScriptedFault.of(FaultType.THROTTLED)
              .withPolicy(policy)
              .withQuota(100_000, "1 second")
              .withRetryAfter(wait)
              .build());
      Duration storm = Duration.ofMinutes(30);
      cloud.pass(storm);

      // The GETs in progress when the first one was refused, then one after each wait.
      long most = GREEDY.concurrency() + storm.dividedBy(wait) + 1;
      assertThat(cloud.calls() - before).isBetween(storm.dividedBy(wait) - 1, most);
      assertGaps(cloud, from.plus(SECOND), from.plus(storm), wait);

      cloud.simulator.clearFaults();
      cloud.pass(HOUR);

      cloud.assertNoMoreThan(GREEDY, from);
      cloud.assertTrueEnds();
      cloud.assertEachWatchDegradedAtMostOnce();
    }
  }

  /** Retry-After is not only for 429: a service that is down may state when it will be back. */
  @Test
  void shouldLeaveAServiceAloneThatIsUnavailableForAsLongAsItSays() {
    Duration wait = Duration.ofMinutes(5);
    try (FaultyCloud cloud = cloud()) {
      requestJobs(cloud, Duration.ofMinutes(5), Duration.ofMinutes(40));
      cloud.pass(MINUTE);
      long before = cloud.calls();
      Duration from = cloud.engine.at();
      cloud.simulator.inject(ScriptedFault.of(FaultType.UNAVAILABLE).withRetryAfter(wait).build());
      Duration outage = Duration.ofMinutes(30);
      cloud.pass(outage);

      // After each wait, the GETs that start before the first refusal arrives: two in a round trip.
      // The first waits are shorter, until enough jobs got the same answer.
      assertThat(cloud.calls() - before)
          .isBetween(
              outage.dividedBy(wait) - 1, GREEDY.concurrency() + 2 * (outage.dividedBy(wait) + 4));
      assertGaps(cloud, from.plus(Duration.ofMinutes(8)), from.plus(outage), wait);

      cloud.simulator.clearFaults();
      cloud.pass(HOUR);
      cloud.assertTrueEnds();
      cloud.assertEachWatchDegradedAtMostOnce();
    }
  }

  private static void assertGaps(FaultyCloud cloud, Duration from, Duration to, Duration wait) {
    List<Duration> times =
        cloud.engine.asked.stream()
            .map(VirtualIms.Asked::at)
            .filter(at -> at.compareTo(from) > 0 && at.compareTo(to) < 0)
            .toList();
    assertThat(times).isNotEmpty();
    for (int i = 1; i < times.size(); i++) {
      Duration gap = times.get(i).minus(times.get(i - 1));
      assertThat(gap.compareTo(VirtualIms.LATENCY) < 0 || gap.compareTo(wait) >= 0)
          .as("%s between two calls", gap)
          .isTrue();
    }
  }

  /**
   * A quota that also counts refused calls, like the one of the gateway: a caller that does not
   * slow down stays locked out. The first refusal names the limit. From then on the server has
   * nothing to refuse.
   */
  @ParameterizedTest
  @CsvSource({
    "USER, 30, 1 minute,  1",
    "API,   5, 5 second,  1",
    "IP,  300, 10 minute, 2",
    "APP, 600, 1 hour,    6"
  })
  void shouldStayWithinAQuotaOnceItWasNamed(
      ThrottlePolicy policy, int limit, String period, int hours) {
    try (FaultyCloud cloud = cloud()) {
      cloud.simulator.inject(
          ScriptedFault.of(FaultType.RATE_LIMIT)
              .withPolicy(policy)
              .withQuota(limit, period)
              .build());
      requestJobs(cloud, HOUR.multipliedBy(hours).plusMinutes(10));
      Duration begin = HOUR.multipliedBy(hours).dividedBy(2);
      cloud.pass(begin);
      long refused = cloud.shown(FaultType.RATE_LIMIT);
      long calls = cloud.calls();
      cloud.pass(begin);

      // A wave of calls finds the limit. Then at most one call per minute follows until the window
      // has moved on.
      long probes = seconds(period) / 60;
      assertThat(refused).isBetween(1L, 3L * GREEDY.concurrency() + probes + calls / 20);
      // The server assumes an evenly filled window, so it also refuses some calls within the limit.
      assertThat(cloud.shown(FaultType.RATE_LIMIT) - refused)
          .isLessThanOrEqualTo(GREEDY.concurrency() + (cloud.calls() - calls) / 20);
      // The allowed calls must also be used: at least half of them.
      double allowed = limit * (double) begin.toSeconds() / seconds(period);
      assertThat((double) cloud.calls() - calls).isBetween(allowed / 2, allowed);
      assertServedFairly(cloud, begin);

      cloud.pass(HOUR.multipliedBy(2));
      cloud.assertTrueEnds();
      assertThat(cloud.entries(Decision.WATCH_DEGRADED).size()).isLessThanOrEqualTo(3);
    }
  }

  private static long seconds(String period) {
    String[] words = period.split(" ");
    long unit = words[1].equals("hour") ? 3600 : words[1].equals("minute") ? 60 : 1;
    return Integer.parseInt(words[0]) * unit;
  }

  /** Asserts that all jobs were polled about equally often while the limit was too low for all. */
  private static void assertServedFairly(FaultyCloud cloud, Duration from) {
    List<Long> turns =
        cloud.requested.stream()
            .map(
                job ->
                    cloud.engine.asked.stream()
                        .filter(asked -> asked.at().compareTo(from) > 0)
                        .filter(asked -> asked.jobId().equals(job))
                        .count())
            .sorted()
            .toList();
    long most = turns.get(turns.size() - 1);
    assertThat(most - turns.get(0)).isLessThanOrEqualTo(3 + most / 5);
  }

  /** With the status alone: the wait doubles up to 1 min, and there is no burst afterwards. */
  @Test
  void shouldOutliveAnHourOfRefusalsThatNameNoLimit() {
    try (FaultyCloud cloud = cloud()) {
      requestJobs(cloud, Duration.ofMinutes(30), Duration.ofMinutes(90));
      cloud.pass(MINUTE);
      long before = cloud.calls();
      // The named limit is far above the budget, so it has no effect.
      cloud.simulator.inject(
          ScriptedFault.of(FaultType.THROTTLED).withQuota(100_000, "1 second").build());
      cloud.pass(HOUR);
      assertThat(cloud.calls() - before).isBetween(50L, 3700L);
      assertThat(cloud.entries(Decision.WATCH_DEGRADED)).hasSizeLessThanOrEqualTo(JOBS);

      cloud.simulator.clearFaults();
      Duration from = cloud.engine.at();
      cloud.pass(HOUR);

      cloud.assertNoMoreThan(GREEDY, from);
      cloud.assertTrueEnds();
      cloud.assertEachWatchDegradedAtMostOnce();
    }
  }
}
