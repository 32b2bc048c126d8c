package dev.imsbridge.poller;

import static dev.imsbridge.poller.VirtualIms.fault;
import static dev.imsbridge.poller.VirtualIms.project;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.schedule.FixedPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Operators pause a project while its cloud is under maintenance, or when its budget is needed
 * elsewhere. No job may be lost by that.
 */
class PauseTest {
  private static final ProjectRef OTHER = new ProjectRef(VirtualIms.REF.region(), "p2");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration GRACE = EngineSettings.DEFAULTS.expiryGrace();

  private final VirtualIms ims = ims(100);

  private static VirtualIms ims(double rate) {
    return new VirtualIms(
        EngineSettings.DEFAULTS,
        new FixedPolicy(Duration.ofSeconds(10)),
        project("p1", rate, 1, 100),
        project("p2", rate, 1, 100));
  }

  private static VirtualIms pause(VirtualIms ims, ProjectRef... refs) {
    ims.engine.paused(Set.of(refs), ims.now());
    return ims;
  }

  private long asked(String jobId) {
    return ims.asked.stream().filter(asked -> asked.jobId().equals(jobId)).count();
  }

  private PollerView.Project view() {
    return ims.engine.view(ims.now()).projects().stream()
        .filter(each -> each.ref().equals(VirtualIms.REF))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldNotAskForJobsOfAPausedProjectAndAgainWhenItIsResumed() {
    Watch other = new Watch("b", "b", OTHER, null, 1, ims.wall(), ims.wall().plus(HOUR));
    ims.restored(0).open(ims.watch("a")).open(other).pass(MINUTE);
    assertThat(asked("a")).isPositive();
    long before = asked("a");
    pause(ims, VirtualIms.REF).open(ims.watch("c")).pass(HOUR.dividedBy(2));
    assertThat(asked("a")).isEqualTo(before);
    assertThat(asked("c")).as("opened during the pause").isZero();
    assertThat(asked("b")).as("of another project").isGreaterThan(150);
    pause(ims).pass(MINUTE);
    assertThat(asked("a")).isGreaterThan(before + 4);
    assertThat(asked("c")).isGreaterThan(4);
  }

  @Test
  void shouldObeyAPauseThatIsOlderThanThePoller() {
    pause(ims, VirtualIms.REF);
    assertThat(view().paused()).as("shown although it has no watches").isTrue();
    ims.engine.assigned(0, ims.now());
    ims.open(ims.watch("a"));
    ims.engine.restored(0, ims.now());
    ims.pass(HOUR);
    assertThat(ims.asked).isEmpty();
    assertThat(ims.engine.view(ims.now()).openWatches()).isEqualTo(1);
  }

  /** Nobody wants these jobs to be polled, so a status or an alert must not call them late. */
  @Test
  void shouldNotShowAPausedProjectAsLate() {
    ims.restored(0).open(ims.watch("a")).pass(MINUTE);
    pause(ims, VirtualIms.REF).pass(HOUR);
    assertThat(view().overdue()).isZero();
    assertThat(view().sinceSuccess()).isZero();
    assertThat(view().waiting()).isEqualTo(1);
    assertThat(ims.engine.view("a", ims.now()).nextPollAt()).isNull();
    assertThat(ims.engine.types(ims.now()).get(0).nextPollAt()).isNull();
    pause(ims);
    assertThat(view().overdue()).isZero();
    assertThat(view().sinceSuccess()).isZero();
  }

  /** Typically operators pause a project because its cloud is down. */
  @Test
  void shouldShowNoOutageOfAPausedProject() {
    ims.script = jobId -> fault(FaultKind.TRANSIENT);
    ims.restored(0);
    IntStream.range(0, 20).forEach(i -> ims.open(ims.watch("job-" + i)));
    ims.pass(MINUTE);
    assertThat(view().outage()).isNotNull();
    assertThat(view().endpointDown()).isTrue();
    pause(ims, VirtualIms.REF).pass(HOUR);
    assertThat(view().outage()).isNull();
    assertThat(view().endpointDown()).isFalse();
    pause(ims).pass(MINUTE.multipliedBy(5));
    assertThat(view().outage()).as("still down").isNotNull();
    assertThat(ims.told).hasSize(2).allMatch(line -> line.contains("p1"));
  }

  @Test
  void shouldResumeAtTheRateOfTheBudgetWithoutDelayingNewWatches() {
    VirtualIms poor = ims(10);
    poor.restored(0);
    IntStream.range(0, 1_000).forEach(i -> poor.open(poor.watch("job-" + i)));
    pause(poor, VirtualIms.REF).pass(HOUR);
    pause(poor).pass(Duration.ofSeconds(5));
    assertThat(poor.asked).hasSizeBetween(45, 55);
    poor.open(poor.watch("new")).pass(Duration.ofSeconds(1));
    assertThat(poor.asked).extracting(VirtualIms.Asked::jobId).contains("new");
  }

  @Test
  void shouldNotExpireAWatchWhoseDeadlinePassesDuringThePause() {
    ims.restored(0).open(ims.watch("a", 1, HOUR)).pass(MINUTE);
    pause(ims, VirtualIms.REF).pass(HOUR.multipliedBy(12));
    assertThat(ims.lines()).containsExactly("answer");
    ims.script = jobId -> ims.success(jobId);
    pause(ims).pass(MINUTE);
    assertThat(ims.lines()).containsExactly("answer", "answer");
  }

  @Test
  void shouldGiveAnOverdueWatchTheWholeGraceAfterThePause() {
    ims.script = jobId -> fault(FaultKind.TRANSIENT);
    ims.restored(0).open(ims.watch("a", 1, MINUTE)).pass(GRACE);
    assertThat(ims.lines()).doesNotContain("expired");
    pause(ims, VirtualIms.REF).pass(HOUR.multipliedBy(12));
    assertThat(ims.lines()).doesNotContain("expired");
    pause(ims).pass(GRACE.minus(MINUTE));
    assertThat(ims.lines()).doesNotContain("expired");
    ims.pass(MINUTE.multipliedBy(5));
    assertThat(ims.lines()).endsWith("expired");
  }

  /** The next owner of the partition reads the same pause, and the deadline is long past. */
  @Test
  void shouldNotExpireAWatchThatMovesDuringThePause() {
    pause(ims, VirtualIms.REF).restored(0).open(ims.watch("a", 1, HOUR)).pass(HOUR.multipliedBy(3));
    Watch moved = ims.watch("a", 1, HOUR.multipliedBy(-2));
    ims.engine.revoked(List.of(0), ims.now());
    ims.engine.assigned(0, ims.now());
    ims.open(moved);
    ims.engine.restored(0, ims.now());
    ims.pass(HOUR.multipliedBy(5));
    assertThat(ims.asked).isEmpty();
    assertThat(ims.lines()).isEmpty();
    pause(ims).pass(MINUTE);
    assertThat(ims.asked).isNotEmpty();
  }
}
