package dev.imsbridge.poller;

import static dev.imsbridge.poller.VirtualIms.fault;
import static dev.imsbridge.poller.VirtualIms.project;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.schedule.FixedPolicy;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When a watch expires, and what happens if its end was not written. A job must not become LOST
 * because the bridge, the topology or Kafka was down at its deadline.
 */
class ExpiryTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration GRACE = EngineSettings.DEFAULTS.expiryGrace();

  private final VirtualIms ims = ims(100);

  private static VirtualIms ims(double rate) {
    return new VirtualIms(
        EngineSettings.DEFAULTS,
        new FixedPolicy(Duration.ofSeconds(10)),
        project(rate, Math.max(1, (int) rate / 10), 100));
  }

  /** A watch that was opened 4 h ago with a deadline of 30 min. */
  private static Watch overdue(VirtualIms ims, String jobId) {
    return new Watch(
        jobId,
        jobId,
        VirtualIms.REF,
        null,
        1,
        ims.wall().minus(Duration.ofHours(4)),
        ims.wall().minus(Duration.ofMinutes(210)));
  }

  private static VirtualIms restoredWithOverdue(VirtualIms ims, int watches) {
    ims.engine.assigned(0, ims.now());
    IntStream.range(0, watches).forEach(i -> ims.open(overdue(ims, "job-" + i)));
    ims.engine.restored(0, ims.now());
    return ims;
  }

  private static long lines(VirtualIms ims, String line) {
    return ims.lines().stream().filter(line::equals).count();
  }

  // ---- the bridge was stopped

  @Test
  void shouldAskForJobsWhoseDeadlinePassedWhileThePollerWasStopped() {
    ims.script = jobId -> ims.success(jobId);
    restoredWithOverdue(ims, 8).pass(MINUTE);
    assertThat(ims.lines()).hasSize(8).containsOnly("answer");
    assertThat(ims.engine.view(ims.now()).parkedWatches()).isEqualTo(8);
  }

  @Test
  void shouldExpireAnOverdueWatchAfterOneGetThatShowsTheJobUnderWay() {
    restoredWithOverdue(ims, 1).pass(MINUTE);
    assertThat(ims.asked).hasSize(1);
    assertThat(ims.lines()).containsExactly("answer", "expired");
  }

  /**
   * Requesting the jobs of a weekend takes longer than the grace period. Each job must still be
   * requested.
   */
  @Test
  void shouldNotExpireAWatchThatWaitsForItsTurn() {
    VirtualIms poor = ims(0.1);
    poor.tombstones = true;
    poor.script = jobId -> poor.success(jobId);
    restoredWithOverdue(poor, 1_000).pass(HOUR.multipliedBy(3));
    assertThat(poor.lines()).hasSize(1_000).containsOnly("answer");
  }

  @Test
  void shouldNotLetANewWatchWaitBehindOverdueOnes() {
    VirtualIms poor = ims(10);
    poor.script = jobId -> poor.success(jobId);
    restoredWithOverdue(poor, 5_000).pass(Duration.ofSeconds(5));
    poor.open(poor.watch("new")).pass(SECOND);
    assertThat(poor.asked).extracting(VirtualIms.Asked::jobId).contains("new");
  }

  @ParameterizedTest
  @EnumSource(names = {"TRANSIENT", "AUTH", "THROTTLED"})
  void shouldExpireAllOverdueWatchesWhenGetsFailForTheWholeGrace(FaultKind kind) {
    ims.script = jobId -> fault(kind);
    restoredWithOverdue(ims, 300).pass(GRACE.minus(SECOND));
    assertThat(ims.lines()).doesNotContain("expired");
    ims.pass(Duration.ofMinutes(5));
    assertThat(lines(ims, "expired")).isEqualTo(300);
  }

  /** IMS fails for one job each time and answers for the others. */
  @Test
  void shouldExpireAWatchWhoseOwnGetsFailForTheWholeGrace() {
    ims.script = jobId -> jobId.equals("job-0") ? fault(FaultKind.TRANSIENT) : ims.running(jobId);
    restoredWithOverdue(ims, 1).open(ims.watch("good"));
    ims.pass(GRACE.minus(SECOND));
    assertThat(ims.lines()).doesNotContain("expired");
    ims.pass(Duration.ofMinutes(2));
    assertThat(lines(ims, "expired")).isEqualTo(1);
  }

  @Test
  void shouldGiveTheNextOwnerTheWholeGrace() {
    ims.script = jobId -> fault(FaultKind.TRANSIENT);
    restoredWithOverdue(ims, 1).pass(GRACE.minus(MINUTE));
    ims.engine.revoked(List.of(0), ims.now());
    restoredWithOverdue(ims, 1).pass(GRACE.minus(MINUTE));
    assertThat(ims.lines()).doesNotContain("expired");
    ims.script = jobId -> ims.success(jobId);
    ims.pass(Duration.ofMinutes(3));
    assertThat(ims.lines()).endsWith("answer").doesNotContain("expired");
  }

  // ---- the topology, Kafka or the computer was stopped

  /**
   * The topology was down while a root job ended, so the deadline of its sub-job is already past
   * when the topology writes it.
   */
  @Test
  void shouldAskOnceMoreWhenAWatchGetsADeadlineInThePast() {
    VirtualIms slow =
        new VirtualIms(
            EngineSettings.DEFAULTS, new FixedPolicy(Duration.ofMinutes(30)), project(1, 1, 1));
    slow.restored(0).open(slow.watch("a")).pass(MINUTE);
    slow.script = jobId -> slow.success(jobId);
    slow.open(slow.watch("a", 1, HOUR.multipliedBy(-5))).pass(SECOND.multipliedBy(5));
    assertThat(slow.lines()).containsExactly("answer", "answer");
  }

  @Test
  void shouldNotBeginTheGraceAnewWhenAWatchIsWrittenAgain() {
    ims.script = jobId -> fault(FaultKind.TRANSIENT);
    Watch watch = overdue(ims, "a");
    ims.restored(0).open(watch);
    for (int i = 0; i < 92; i++) {
      ims.open(watch).pass(MINUTE);
    }
    assertThat(lines(ims, "expired")).isEqualTo(1);
  }

  /**
   * A computer that was suspended: its clock jumps ahead, and no job was requested in the meantime.
   */
  @Test
  void shouldAskFirstWhenTheClockWasSetForward() {
    ims.restored(0).open(ims.watch("a", 1, HOUR)).pass(Duration.ofMinutes(30));
    ims.setClockBack(Duration.ofHours(-5));
    ims.script = jobId -> ims.success(jobId);
    ims.pass(Duration.ofMinutes(14));
    assertThat(ims.lines()).containsExactly("answer", "answer");
  }

  @Test
  void shouldNotExpireWatchesThatCouldNotBeAskedForWhileKafkaWasDown() {
    ims.restored(0);
    IntStream.range(0, 50).forEach(i -> ims.open(ims.watch("job-" + i, 1, HOUR)));
    ims.pass(MINUTE);
    ims.kafkaDown = true;
    ims.script = jobId -> ims.body(jobId, "RUNNING", ", \"n\": " + ims.asked.size());
    ims.pass(HOUR.multipliedBy(5));
    ims.script = jobId -> ims.success(jobId);
    ims.kafkaDown = false;
    ims.pass(HOUR);
    assertThat(ims.lines()).doesNotContain("expired");
    assertThat(ims.engine.view(ims.now()).parkedWatches()).isEqualTo(50);
  }

  // ---- the end of a watch was not written

  @Test
  void shouldNotWriteAgainAndAgainThatAWatchHasExpiredWhileKafkaIsDown() {
    ims.script = jobId -> fault(FaultKind.TRANSIENT);
    restoredWithOverdue(ims, 300).pass(GRACE.minus(MINUTE));
    ims.kafkaDown = true;
    ims.pass(HOUR);
    assertThat(ims.lines()).doesNotContain("expired");
    assertThat(ims.engine.view(ims.now()).counts().writeFailures()).isBetween(10L, 200L);
    ims.kafkaDown = false;
    ims.pass(Duration.ofMinutes(5));
    assertThat(lines(ims, "expired")).isEqualTo(300);
  }

  /** For example, a record that is larger than the broker accepts. */
  @ParameterizedTest
  @ValueSource(strings = {"RUNNING", "SUCCESS", "expired"})
  void shouldBackOffWithAWatchWhoseObservationsAreRefused(String end) {
    ims.refused = jobId -> jobId.equals("bad");
    ims.script =
        jobId ->
            jobId.equals("bad") && !end.equals("expired")
                ? ims.body(jobId, end, ", \"n\": " + ims.asked.size())
                : ims.running(jobId);
    ims.restored(0).open(ims.watch("good"));
    ims.open(end.equals("expired") ? overdue(ims, "bad") : ims.watch("bad"));
    ims.pass(HOUR.multipliedBy(2));
    long bad = ims.asked.stream().filter(asked -> asked.jobId().equals("bad")).count();
    assertThat(bad).as("at most about two a minute").isBetween(60L, 320L);
    assertThat(ims.asked.size() - bad).isGreaterThan(600);
    ims.refused = jobId -> false;
    ims.pass(Duration.ofMinutes(3));
    assertThat(ims.written).extracting(w -> w.observation().watch().jobId()).contains("bad");
  }

  // ---- the end of a watch was written, and lost

  @Test
  void shouldAskAgainWhenNoTombstoneFollowsTheEndOfAJob() {
    ims.script = jobId -> ims.success(jobId);
    ims.restored(0).open(ims.watch("a")).pass(Duration.ofMinutes(14));
    assertThat(ims.lines()).containsExactly("answer");
    ims.pass(Duration.ofMinutes(2));
    assertThat(ims.lines()).containsExactly("answer", "answer");
    assertThat(ims.engine.view(ims.now()).parkedWatches()).isEqualTo(1);
    ims.engine.closed(0, "a");
    ims.pass(HOUR);
    assertThat(ims.asked).hasSize(2);
    assertThat(ims.engine.view(ims.now()).parkedWatches()).isZero();
  }

  @Test
  void shouldAskAgainWhenNoTombstoneFollowsALoss() {
    ims.script = jobId -> jobId.equals("a") ? VirtualIms.notFound() : fault(FaultKind.TRANSIENT);
    restoredWithOverdue(ims, 1).open(ims.watch("a")).pass(GRACE.plus(Duration.ofMinutes(3)));
    assertThat(lines(ims, "expired")).isEqualTo(1);
    assertThat(lines(ims, "not-found")).as("each quarter of an hour").isBetween(6L, 7L);
    ims.script = jobId -> ims.success(jobId);
    ims.pass(Duration.ofMinutes(17));
    assertThat(lines(ims, "answer")).isEqualTo(2);
  }

  @Test
  void shouldNotAskAgainForAPartitionThatWentAway() {
    ims.script = jobId -> ims.success(jobId);
    ims.restored(0).open(ims.watch("a")).pass(MINUTE);
    ims.engine.revoked(List.of(0), ims.now());
    ims.pass(HOUR);
    assertThat(ims.asked).hasSize(1);
  }
}
