package dev.imsbridge.poller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.ClientSettings;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.job.Decision;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.ScriptedFault;
import dev.imsbridge.simulator.ScriptedJob;
import dev.imsbridge.simulator.SimulatorAuth;
import dev.imsbridge.simulator.SubJobListing;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of answer without information about the job, for a period in which some jobs end. The
 * bridge makes few calls, or no more than usual. It reports the fault once and its end once, and
 * publishes the true end of each job afterwards.
 */
class AnswerFaultsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration INTERVAL = Duration.ofSeconds(20);
  private static final BudgetSettings BUDGET = new BudgetSettings(2, 3, 10);

  /**
   * 8 jobs without sub-jobs, and 3 jobs with 2 sub-jobs each. For one of the 3, the sub-jobs have
   * watches too.
   */
  private static final int WATCHES = 8 + 3 + 2;

  /**
   * If an endpoint fails as a whole, only a few calls reach it: those that detect the failure, then
   * one probe per backoff. The longest backoff is 1 min, and at least half of it is kept. If only
   * the answer is unusable, each job is polled as usual.
   */
  @ParameterizedTest
  @CsvSource({
    "INTERNAL_ERROR,  transient, 60, 150",
    "BAD_GATEWAY,     transient, 60, 150",
    "UNAVAILABLE,     transient, 60, 150",
    "GATEWAY_TIMEOUT, transient, 60, 150",
    "QUERY_FAILED,    transient, 60, 150",
    "RESET,           transient, 60, 150",
    "TRUNCATED_BODY,  transient, 60, 150",
    "UNAUTHORIZED,    auth,      60, 150",
    "TOKEN_EXPIRED,   auth,      60, 150",
    "AUTH_400,        auth,      60, 150",
    "REDIRECT,        rejected,  10, 0",
    "WRONG_PATH,      rejected,  10, 0",
    "BROKEN_JSON,     malformed, 10, 0",
    "OVERSIZED_BODY,  malformed, 10, 0",
    "GZIP_BOMB,       malformed, 10, 0",
    "OTHER_JOB,       malformed, 10, 0"
  })
  void shouldSurvive(FaultType fault, String word, int minutes, long most) {
    Duration outage = Duration.ofMinutes(minutes);
    try (FaultyCloud cloud = new FaultyCloud(new FixedPolicy(INTERVAL), BUDGET)) {
      requestJobs(cloud, outage);
      cloud.pass(MINUTE);
      long before = cloud.calls();
      cloud.simulator.inject(ScriptedFault.of(fault).withBytes(200_000).build());
      cloud.pass(outage);

      long asBefore = (long) (WATCHES * (outage.toSeconds() / (INTERVAL.toSeconds() * 0.9) + 1));
      assertThat(cloud.calls() - before).isBetween(10L, most == 0 ? asBefore : most);
      assertThat(cloud.shown(fault)).isEqualTo(cloud.calls() - before);
      assertThat(cloud.entries(Decision.WATCH_DEGRADED)).isNotEmpty();
      assertThat(cloud.engine.lines())
          .filteredOn(line -> line.startsWith("fault"))
          .containsOnly("fault " + word);
      assertThat(cloud.deadLetters > 0).isEqualTo(word.equals("malformed"));
      assertThat(cloud.completions).isEmpty();

      cloud.simulator.clearFaults();
      Duration from = cloud.engine.at();
      cloud.pass(outage.multipliedBy(2));

      cloud.assertNoMoreThan(BUDGET, from);
      cloud.assertTrueEnds();
      cloud.assertEachWatchDegradedAtMostOnce();
    }
  }

  /** The only faults that take real time: each GET during the outage runs into its timeout. */
  @ParameterizedTest
  @EnumSource(names = {"SLOW_HEADERS", "SLOW_BODY"})
  void shouldGiveUpOnWhatIsSlowAndThenSpareIt(FaultType fault) {
    EngineSettings quicklySparing =
        new EngineSettings(
            Duration.ofMinutes(2),
            Duration.ofMinutes(15),
            Duration.ofMinutes(90),
            new EngineSettings.Retries(Duration.ofSeconds(1), MINUTE, 4, 2));
    ClientSettings impatient =
        FaultyCloud.client(
            new ClientSettings.Timeouts(
                Duration.ofSeconds(5), Duration.ofMillis(400), Duration.ofSeconds(20)));
    Duration outage = Duration.ofMinutes(3);
    try (FaultyCloud cloud =
        new FaultyCloud(
            quicklySparing,
            new FixedPolicy(INTERVAL),
            new BudgetSettings(2, 3, 3),
            impatient,
            SimulatorAuth.none(),
            simulator -> new Credentials.None())) {
      requestJobs(cloud, outage);
      cloud.pass(MINUTE);
      long before = cloud.calls();
      cloud.simulator.inject(ScriptedFault.of(fault).build());
      cloud.pass(outage);

      // 4 calls to detect the outage, 2 in progress, and probes after at most 1, 2, 4, 8, 16, 32
      // and 60 s.
      assertThat(cloud.calls() - before).isBetween(8L, 20L);

      cloud.simulator.clearFaults();
      cloud.pass(outage.multipliedBy(2));

      cloud.assertTrueEnds();
      cloud.assertEachWatchDegradedAtMostOnce();
    }
  }

  /** Half of the jobs end during the fault, half of them after it. */
  private static void requestJobs(FaultyCloud cloud, Duration outage) {
    Duration early = outage.dividedBy(2).plus(MINUTE);
    Duration late = outage.plus(outage.dividedBy(2));
    for (Duration length : List.of(early, late)) {
      cloud.request(ScriptedJob.of(ImsJobType.IMPORT_IMAGE).lasting(length).succeeding());
      cloud.request(ScriptedJob.of(ImsJobType.IMPORT_IMAGE).lasting(length).failing());
      cloud.request(ScriptedJob.of(ImsJobType.COPY_IMAGE_IN_REGION).lasting(length).succeeding());
      cloud.request(
          ScriptedJob.of(ImsJobType.COPY_IMAGE_IN_REGION)
              .lasting(length)
              .failing("IMG.0123", "the disk is full"));
    }
    for (SubJobListing listing : SubJobListing.values()) {
      cloud.request(
          ScriptedJob.of(ImsJobType.VOLUMES_TO_SYS_DATA_IMAGES)
              .lasting(listing == SubJobListing.LIST ? late : early)
              .withSubJobs(2, listing)
              .succeeding());
    }
  }
}
