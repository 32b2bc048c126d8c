package dev.imsbridge.poller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.job.Decision;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.LostReason;
import dev.imsbridge.job.Output;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.ScriptedFault;
import dev.imsbridge.simulator.ScriptedJob;
import dev.imsbridge.simulator.SubJobListing;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Misleading answers: jobs that are not visible yet, jobs that have disappeared, and wrong
 * statuses. A job becomes LOST only for a documented reason, and causes no further calls.
 */
class LossFaultsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration GRACE = EngineSettings.DEFAULTS.seenGrace();
  private static final ScriptedJob JOB =
      ScriptedJob.of(ImsJobType.IMPORT_IMAGE).lasting(Duration.ofMinutes(6)).succeeding();

  private final FaultyCloud cloud =
      new FaultyCloud(new FixedPolicy(Duration.ofSeconds(10)), new BudgetSettings(50, 50, 20));

  @AfterEach
  void close() {
    cloud.close();
  }

  @Test
  void shouldWaitForAJobThatIsNotKnownInItsFirstSeconds() {
    ScriptedFault late = ScriptedFault.of(FaultType.NOT_FOUND).lasting(Duration.ofSeconds(100));
    cloud.request(JOB.withFaults(late));
    cloud.pass(Duration.ofSeconds(95));
    assertThat(cloud.engine.written).isEmpty();
    assertThat(cloud.calls()).isBetween(8L, 12L);
    cloud.pass(Duration.ofMinutes(10));
    cloud.assertTrueEnds();
  }

  @Test
  void shouldLoseAJobThatDisappearsAfterTheGraceOnceAndForAll() {
    Duration gone = Duration.ofMinutes(3);
    String jobId = cloud.request(JOB.withFaults(ScriptedFault.of(FaultType.NOT_FOUND).after(gone)));
    cloud.pass(gone.plus(GRACE));
    assertThat(cloud.completions).isEmpty();
    cloud.pass(Duration.ofSeconds(30));

    assertThat(cloud.statuses(jobId)).containsExactly("INIT", "RUNNING", "LOST");
    assertLost(jobId, LostReason.NOT_FOUND);
    long calls = cloud.calls();
    cloud.pass(HOUR);
    assertThat(cloud.calls()).isEqualTo(calls);
    assertThat(cloud.openWatches()).isZero();
  }

  /** If a root is lost, its sub-jobs are lost too, and their watches end with it. */
  @Test
  void shouldLoseATreeWhoseRootDisappears() {
    String jobId =
        cloud.request(
            ScriptedJob.of(ImsJobType.VOLUMES_TO_SYS_DATA_IMAGES)
                .lasting(Duration.ofMinutes(20))
                .withSubJobs(3, SubJobListing.LIST)
                .withFaults(ScriptedFault.of(FaultType.NOT_FOUND).after(Duration.ofMinutes(5))));
    cloud.pass(Duration.ofMinutes(6));
    assertThat(cloud.openWatches()).isEqualTo(4);
    cloud.pass(GRACE);

    assertLost(jobId, LostReason.NOT_FOUND);
    assertThat(cloud.openWatches()).isZero();
    long calls = cloud.calls();
    cloud.pass(HOUR);
    assertThat(cloud.calls()).isEqualTo(calls);
    assertThat(cloud.transitions.get(cloud.transitions.size() - 1).state().status().name())
        .isEqualTo("LOST");
  }

  /** While IMS is down, no answer can show that a job is gone. */
  @Test
  void shouldNotCountAnOutageAsTheLossOfAJob() {
    String jobId =
        cloud.request(JOB.withFaults(ScriptedFault.of(FaultType.NOT_FOUND).lasting(MINUTE)));
    cloud.pass(Duration.ofSeconds(30));
    cloud.simulator.inject(ScriptedFault.of(FaultType.WRONG_PATH).build());
    cloud.pass(HOUR);
    cloud.simulator.replaceFaults(List.of(ScriptedFault.of(FaultType.BAD_GATEWAY).build()));
    cloud.pass(HOUR);
    cloud.simulator.clearFaults();
    cloud.pass(Duration.ofMinutes(3));
    assertThat(cloud.statuses(jobId)).endsWith("SUCCESS");
    cloud.assertTrueEnds();
  }

  @Test
  void shouldGiveUpAJobThatCannotBeAskedForLongAfterItsDeadline() {
    cloud.simulator.inject(ScriptedFault.of(FaultType.GATEWAY_TIMEOUT).build());
    cloud.request("never", HOUR);
    Duration expiry = HOUR.plus(EngineSettings.DEFAULTS.expiryGrace());
    cloud.pass(expiry.minus(MINUTE));
    assertThat(cloud.completions).isEmpty();
    cloud.pass(MINUTE.multipliedBy(2));

    assertLost("never", LostReason.EXPIRED);
    assertThat(cloud.calls()).isBetween(100L, 350L);
    long calls = cloud.calls();
    cloud.pass(HOUR);
    assertThat(cloud.calls()).isEqualTo(calls);
  }

  /** An older status after a newer one is absorbed and recorded in the audit log. */
  @ParameterizedTest
  @ValueSource(doubles = {0.4, 0.8})
  void shouldAbsorbStaleReads(double share) {
    for (int i = 0; i < 10; i++) {
      cloud.request(JOB.withFaults(ScriptedFault.of(FaultType.STALE).withProbability(share)));
      cloud.request(
          ScriptedJob.of(ImsJobType.VOLUMES_TO_SYS_DATA_IMAGES)
              .lasting(Duration.ofMinutes(8))
              .withSubJobs(2, SubJobListing.RESULT)
              .failing()
              .withFaults(ScriptedFault.of(FaultType.STALE).withProbability(share)));
    }
    cloud.pass(Duration.ofMinutes(30));

    assertThat(cloud.shown(FaultType.STALE)).isGreaterThan(100);
    assertThat(cloud.entries(Decision.ANSWER_STALE)).isNotEmpty();
    assertThat(cloud.calls()).isLessThan(20 * 80);
    cloud.assertTrueEnds();
  }

  /** An undocumented status causes no event, and polling continues. */
  @Test
  void shouldGoOnAskingForAJobWhoseStatusIsUnknown() {
    String jobId = cloud.request(JOB.withFaults(ScriptedFault.of(FaultType.UNKNOWN_STATUS)));
    cloud.pass(Duration.ofMinutes(10));

    assertThat(cloud.statuses(jobId)).containsExactly("SUCCESS");
    assertThat(cloud.entries(Decision.ANSWER_UNKNOWN_STATUS)).containsEntry(jobId, 1);
    cloud.assertTrueEnds();
  }

  @Test
  void shouldReadAnswersInOddForms() {
    for (SubJobListing listing : SubJobListing.values()) {
      cloud.request(
          ScriptedJob.of(ImsJobType.IMPORT_OVA_IMAGE)
              .lasting(Duration.ofMinutes(10))
              .withSubJobs(3, listing)
              .succeeding()
              .withFaults(ScriptedFault.of(FaultType.QUIRKS)));
    }
    cloud.request(JOB.failing().withFaults(ScriptedFault.of(FaultType.QUIRKS)));
    cloud.pass(Duration.ofMinutes(20));

    assertThat(cloud.deadLetters).isZero();
    cloud.assertTrueEnds();
  }

  private void assertLost(String jobId, LostReason reason) {
    assertThat(cloud.completions).hasSize(1);
    Output.Completion completion = cloud.completions.get(0);
    assertThat(completion.state().jobId()).isEqualTo(jobId);
    assertThat(completion.outcome()).isEqualTo(JobOutcome.LOST);
    assertThat(completion.lostReason()).isEqualTo(reason);
  }
}
