package dev.imsbridge.poller;

import static dev.imsbridge.poller.VirtualIms.fault;
import static dev.imsbridge.poller.VirtualIms.malformed;
import static dev.imsbridge.poller.VirtualIms.notFound;
import static dev.imsbridge.poller.VirtualIms.project;
import static dev.imsbridge.poller.VirtualIms.throttled;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.RateLimit;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.schedule.AdaptivePolicy;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.poller.schedule.PollPolicy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PollEngineTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final VirtualIms ims = ims(100, 10, 100);

  private static VirtualIms ims(double rate, int burst, int concurrency) {
    return new VirtualIms(
        EngineSettings.DEFAULTS,
        new FixedPolicy(Duration.ofSeconds(10)),
        project(rate, burst, concurrency));
  }

  // ---- outages

  private VirtualIms polling(int jobs) {
    ims.restored(0);
    for (int i = 0; i < jobs; i++) {
      ims.open(ims.watch("job" + i));
    }
    ims.pass(MINUTE);
    assertThat(ims.told).isEmpty();
    return ims;
  }

  private PollerView.Outage outage() {
    return ims.engine.view(ims.now()).projects().get(0).outage();
  }

  /** An operator must find the start and the end of an outage in the log, as one line each. */
  @ParameterizedTest
  @EnumSource(
      value = FaultKind.class,
      names = {"TRANSIENT", "AUTH", "REJECTED"})
  void shouldTellOfAnOutageOnceAndOfItsEndOnce(FaultKind kind) {
    polling(163).script = jobId -> fault(kind);
    ims.pass(Duration.ofSeconds(14));

    assertThat(ims.told)
        .singleElement()
        .satisfies(
            line ->
                assertThat(line)
                    .contains(
                        " project p1 (cn-north-4/p1): all polls have failed since 2024-11-06T")
                    .contains(": " + kind.word() + ", it failed. 163 jobs wait. "));
    assertThat(outage().fault()).isEqualTo(kind.word());
    assertThat(outage().detail()).isEqualTo("it failed");
    assertThat(Duration.between(outage().since(), ims.wall()))
        .isBetween(SECOND, Duration.ofSeconds(14));

    ims.pass(Duration.ofSeconds(14));
    ims.script = jobId -> ims.running(jobId);
    ims.pass(MINUTE.multipliedBy(2));
    assertThat(ims.told).hasSize(2);
    assertThat(ims.told.get(1))
        .contains(" project p1 (cn-north-4/p1): polls succeed again after ")
        .contains(" failed polls. ");
    assertThat(outage()).isNull();
  }

  @Test
  void shouldShowAnOutageOfAFewJobsWithinSeconds() {
    polling(6).script = jobId -> fault(FaultKind.TRANSIENT);
    ims.pass(Duration.ofSeconds(20));
    assertThat(outage()).isNotNull();
    assertThat(ims.told).hasSize(1);
  }

  @Test
  void shouldNotTakeTheFaultsOfAFewForAnOutage() {
    polling(6).script =
        jobId -> jobId.equals("job0") ? fault(FaultKind.TRANSIENT) : ims.running(jobId);
    ims.pass(MINUTE.multipliedBy(10));
    ims.script = jobId -> fault(FaultKind.TRANSIENT);
    ims.pass(Duration.ofSeconds(2));
    ims.script = jobId -> ims.running(jobId);
    ims.pass(MINUTE);
    assertThat(ims.told).isEmpty();
  }

  // ---- a job that IMS does not know

  /** Until the grace period ends no observation is written, so only the poller can report this. */
  @Test
  void shouldSayOfAJobThatImsDoesNotKnowWhenItIsGivenUp() {
    ims.script = jobId -> notFound();
    ims.restored(0).open(ims.watch("a"));
    ims.pass(Duration.ofSeconds(35));

    PollerView.Polled polled = ims.engine.view("a", ims.now());
    assertThat(polled.fault()).isEqualTo("not-found");
    assertThat(polled.note())
        .isEqualTo("IMS does not know this job (404), 4 polls, given up at 2024-11-06T06:02:00Z");
    ims.script = jobId -> ims.running(jobId);
    ims.pass(Duration.ofSeconds(10));
    polled = ims.engine.view("a", ims.now());
    assertThat(polled.fault()).isNull();
    assertThat(polled.note()).isNull();
  }

  // ---- the table

  @Test
  void shouldAskAtOnceAndThenByPolicyUntilTheEndWasWritten() {
    ims.restored(0).open(ims.watch("a"));
    ims.pass(Duration.ofSeconds(35));
    assertThat(ims.asked).hasSize(4);
    assertThat(ims.asked.get(0).at()).isZero();
    ims.script = jobId -> ims.success(jobId);
    ims.pass(Duration.ofMinutes(14));
    assertThat(ims.asked).hasSize(5);
    assertThat(ims.lines()).containsExactly("answer", "answer");
    assertThat(ims.engine.view(ims.now()).parkedWatches()).isEqualTo(1);
  }

  @Test
  void shouldNotAskBeforeThePartitionIsRestored() {
    ims.engine.assigned(0, ims.now());
    ims.open(ims.watch("a")).open(ims.watch("b"));
    ims.engine.closed(0, "a");
    ims.pass(MINUTE);
    assertThat(ims.asked).isEmpty();
    ims.engine.restored(0, ims.now());
    ims.pass(SECOND);
    assertThat(ims.asked).extracting(VirtualIms.Asked::jobId).containsExactly("b");
  }

  @Test
  void shouldWaitWithTheFirstGetOfARootJobAloneWhereThePolicySaysSo() {
    PollPolicy seconds = new AdaptivePolicy(Duration.ofSeconds(5), SECOND, MINUTE);
    for (int i = 0; i < 50; i++) {
      seconds.learnWait(Duration.ofSeconds(2).toNanos());
    }
    VirtualIms waits = new VirtualIms(EngineSettings.DEFAULTS, seconds, project(100, 10, 100));
    Watch watch = waits.watch("a");
    waits.restored(0).open(watch).open(waits.subWatch("a", "a1"));
    waits.pass(SECOND);
    assertThat(waits.asked).extracting(VirtualIms.Asked::jobId).containsExactly("a1");
    waits.pass(Duration.ofSeconds(6));
    assertThat(waits.asked).extracting(VirtualIms.Asked::jobId).contains("a");
    int before = waits.asked.size();
    waits.engine.revoked(List.of(0), waits.now());
    waits.restored(0).open(watch);
    waits.pass(Duration.ofMillis(1));
    assertThat(waits.asked).as("it was asked for long ago").hasSize(before + 1);
  }

  @ParameterizedTest
  @ValueSource(longs = {-600, -2, 2, 600})
  void shouldPlanByTheClockOfImsWhereOursIsWrong(long secondsAhead) {
    List<Duration> right = pollsOfAJobOfFiveMinutes(Duration.ZERO);
    assertThat(pollsOfAJobOfFiveMinutes(Duration.ofSeconds(secondsAhead)))
        .usingElementComparator(
            (a, b) -> a.minus(b).abs().compareTo(Duration.ofSeconds(3)) > 0 ? a.compareTo(b) : 0)
        .isEqualTo(right);
  }

  /**
   * Regression: a wrong header Date made a young job look old, and the policy did not poll it for a
   * long time.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Wed, 06 Nov 2024 18:00:00 GMT",
        "Wed, 06 Nov 2024 06:30:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT"
      })
  void shouldNotTakeAJobForOlderOrYoungerBecauseOfAWrongDate(String date) {
    assertThat(pollsOfAJobOfFiveMinutes(Duration.ZERO, date))
        .usingElementComparator(
            (a, b) -> a.minus(b).abs().compareTo(Duration.ofSeconds(3)) > 0 ? a.compareTo(b) : 0)
        .isEqualTo(pollsOfAJobOfFiveMinutes(Duration.ZERO));
  }

  /** The times in an answer are not trusted. They must cause neither frequent polls nor a stop. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Wed, 06 Nov 2024 06:00:00 +1800",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 -1800",
        "Wed, 99 Nov 2024 99:99:99 GMT",
        "\u0000",
      })
  void shouldAskSteadilyWhateverTheDateOfAnAnswer(String date) {
    PollPolicy known = new AdaptivePolicy(Duration.ofSeconds(5), SECOND, MINUTE);
    for (int i = 0; i < 50; i++) {
      known.learn("imsImportImageJob", Duration.ofSeconds(300 + i % 3).toNanos());
    }
    for (String began :
        List.of("1970-01-01T00:00:00Z", "" + VirtualIms.START, "9999-12-31T23:59:59Z")) {
      VirtualIms odd = new VirtualIms(EngineSettings.DEFAULTS, known, project(100, 10, 100));
      String times = ", \"begin_time\": \"%s\", \"end_time\": \"%s\"".formatted(began, began);
      odd.script =
          jobId -> {
            boolean over = odd.at().toSeconds() >= 600;
            // Make each answer new, so that its times are read again.
            String body = times + ", \"n\": " + odd.asked.size();
            return odd.body(jobId, over ? "SUCCESS" : "RUNNING", body, date);
          };
      odd.restored(0).open(odd.watch("a"));
      odd.pass(Duration.ofMinutes(20));
      List<Duration> at = odd.asked.stream().map(VirtualIms.Asked::at).toList();
      assertThat(at).hasSizeGreaterThan(5);
      for (int i = 1; i < at.size(); i++) {
        assertThat(at.get(i).minus(at.get(i - 1)))
            .as("GET %d, begun %s", i, began)
            .isBetween(SECOND, MINUTE.multipliedBy(2));
      }
      assertThat(odd.engine.view(odd.now()).parkedWatches()).isEqualTo(1);
    }
  }

  private static List<Duration> pollsOfAJobOfFiveMinutes(Duration clockAhead) {
    return pollsOfAJobOfFiveMinutes(clockAhead, null);
  }

  /**
   * @param date the Date header of each answer; null for the correct one
   */
  private static List<Duration> pollsOfAJobOfFiveMinutes(Duration clockAhead, String date) {
    PollPolicy known = new AdaptivePolicy(Duration.ofSeconds(5), SECOND, MINUTE.multipliedBy(4));
    for (int i = 0; i < 50; i++) {
      known.learn("imsImportImageJob", Duration.ofSeconds(300 + i % 3).toNanos());
    }
    VirtualIms skewed = new VirtualIms(EngineSettings.DEFAULTS, known, project(100, 10, 100));
    skewed.dated = true;
    skewed.setClockBack(clockAhead.negated());
    String began = ", \"begin_time\": \"" + VirtualIms.START + "\"";
    skewed.script =
        jobId -> {
          if (skewed.at().toSeconds() >= 300) {
            return skewed.success(jobId);
          }
          return date == null
              ? skewed.body(jobId, "RUNNING", began)
              : skewed.body(jobId, "RUNNING", began, date);
        };
    skewed.restored(0).open(skewed.watch("a"));
    skewed.pass(HOUR);
    return skewed.asked.stream().map(VirtualIms.Asked::at).toList();
  }

  @Test
  void shouldStopAskingAtATombstoneAndDropWhatIsUnderWay() {
    ims.restored(0).open(ims.watch("a"));
    ims.pass(Duration.ofMillis(10));
    assertThat(ims.engine.inFlight()).isEqualTo(1);
    ims.engine.closed(0, "a");
    ims.pass(HOUR);
    assertThat(ims.asked).hasSize(1);
    assertThat(ims.written).isEmpty();
    assertThat(ims.engine.inFlight()).isZero();
    assertThat(ims.engine.view(ims.now()).counts().displaced()).isEqualTo(1);
  }

  /** The next owner may see only a later status of the job. */
  @Test
  void shouldWriteTheAnswerToAGetThatWasUnderWayWhenThePartitionWasRevoked() {
    ims.restored(0).open(ims.watch("a"));
    ims.pass(Duration.ofMillis(10));
    ims.engine.revoked(List.of(0), ims.now());
    ims.pass(HOUR);
    assertThat(ims.asked).hasSize(1);
    assertThat(ims.lines()).containsExactly("answer");
    assertThat(ims.engine.view(ims.now()).counts().displaced()).isZero();
  }

  @Test
  void shouldDropTheAnswerOfARevokedPartitionThatIsWrittenAlready() {
    ims.restored(0).open(ims.watch("a"));
    ims.pass(Duration.ofMillis(200));
    assertThat(ims.lines()).containsExactly("answer");
    while (ims.engine.inFlight() == 0) {
      ims.pass(Duration.ofMillis(10));
    }
    ims.engine.revoked(List.of(0), ims.now());
    ims.pass(HOUR);
    assertThat(ims.lines()).containsExactly("answer");
    assertThat(ims.engine.view(ims.now()).counts().displaced()).isEqualTo(1);
  }

  @Test
  void shouldDropOtherOutcomesOfAnEarlierAssignmentOfThePartition() {
    ims.script = jobId -> VirtualIms.notFound();
    ims.restored(0).open(ims.watch("a"));
    ims.pass(Duration.ofMillis(10));
    ims.engine.revoked(List.of(0), ims.now());
    ims.pass(HOUR);
    assertThat(ims.written).isEmpty();
    assertThat(ims.engine.view(ims.now()).counts().displaced()).isEqualTo(1);
  }

  @Test
  void shouldStopAskingForARevokedPartitionOnly() {
    VirtualIms two =
        new VirtualIms(EngineSettings.DEFAULTS, new FixedPolicy(SECOND), 2, project(100, 10, 100));
    two.restored(0).restored(1);
    two.engine.opened(0, two.watch("a"), two.now());
    two.engine.opened(1, two.watch("b"), two.now());
    two.engine.revoked(List.of(0), two.now());
    two.pass(Duration.ofSeconds(10));
    assertThat(two.asked).hasSizeGreaterThan(8).allMatch(asked -> asked.jobId().equals("b"));
    assertThat(two.engine.view(two.now()).openWatches()).isEqualTo(1);
  }

  /** After the loss of a session a partition may be assigned again without a revocation. */
  @Test
  void shouldForgetTheEarlierAssignmentOfAPartitionThatIsAssignedAgain() {
    ims.restored(0).open(ims.watch("a"));
    ims.pass(Duration.ofMillis(10));

    ims.engine.assigned(0, ims.now());
    assertThat(ims.engine.view(ims.now()).restored()).isFalse();
    ims.pass(HOUR);

    assertThat(ims.asked).as("a is not in the table that is read now").hasSize(1);
    assertThat(ims.engine.view(ims.now()).openWatches()).isZero();
  }

  @Test
  void shouldBeRestoredWhenEveryPartitionIs() {
    VirtualIms two =
        new VirtualIms(EngineSettings.DEFAULTS, new FixedPolicy(SECOND), 2, project(100, 10, 100));
    two.restored(0);
    two.engine.assigned(1, two.now());
    assertThat(two.engine.view(two.now()).restored()).isFalse();

    two.engine.restored(1, two.now());

    assertThat(two.engine.view(two.now()).restored()).isTrue();
  }

  @Test
  void shouldIgnoreChangesOfAPartitionThatItDoesNotHave() {
    ims.engine.opened(0, ims.watch("a"), ims.now());
    ims.engine.closed(0, "a");
    ims.engine.restored(0, ims.now());
    ims.pass(MINUTE);

    assertThat(ims.asked).isEmpty();
    assertThat(ims.engine.view(ims.now()).openWatches()).isZero();
  }

  @Test
  void shouldCountEachGetByItsOutcome() {
    Deque<Outcome> outcomes =
        new ArrayDeque<>(List.of(notFound(), fault(FaultKind.TRANSIENT), ims.success("a")));
    ims.script = jobId -> outcomes.remove();
    ims.restored(0).open(ims.watch("a"));
    ims.pass(MINUTE);

    assertThat(ims.engine.view(ims.now()).counts().polls())
        .containsEntry("not-found", 1L)
        .containsEntry("transient", 1L)
        .containsEntry("answer", 1L)
        .containsEntry("auth", 0L);
  }

  @Test
  void shouldBeginAnewWithANewGeneration() {
    ims.restored(0).open(ims.watch("a"));
    ims.script = jobId -> ims.success(jobId);
    ims.pass(MINUTE);
    assertThat(ims.lines()).containsExactly("answer");
    ims.open(ims.watch("a", 2, HOUR));
    ims.pass(MINUTE);
    assertThat(ims.lines()).containsExactly("answer", "answer");
    assertThat(ims.written.get(1).observation().watch().generation()).isEqualTo(2);
    assertThat(ims.engine.view(ims.now()).parkedWatches()).isEqualTo(1);
  }

  @Test
  void shouldGoOnAsBeforeWhenOnlyTheDeadlineChanges() {
    VirtualIms slow = slow();
    slow.restored(0).open(slow.watch("a"));
    slow.pass(Duration.ofSeconds(5));
    slow.open(slow.watch("a", 1, Duration.ofSeconds(8)));
    slow.pass(Duration.ofSeconds(7));
    assertThat(slow.asked).hasSize(1);
    slow.pass(MINUTE);
    assertThat(slow.asked).hasSize(2);
    assertThat(slow.asked.get(1).at()).isEqualTo(Duration.ofSeconds(13));
    assertThat(slow.lines()).containsExactly("answer", "expired");
  }

  private static VirtualIms slow() {
    return new VirtualIms(
        EngineSettings.DEFAULTS, new FixedPolicy(Duration.ofMinutes(30)), project(100, 10, 100));
  }

  // ---- observations

  @Test
  void shouldWriteAnAnswerOnlyWhenItsBytesChanged() {
    ims.restored(0).open(ims.watch("a"));
    ims.pass(MINUTE);
    ims.script = jobId -> ims.body(jobId, "RUNNING", ", \"entities\": {\"process_percent\": 0.5}");
    ims.pass(MINUTE);
    assertThat(ims.lines()).containsExactly("answer", "answer");
    assertThat(ims.asked).hasSizeBetween(10, 15);
    assertThat(ims.engine.view(ims.now()).counts().coalesced()).isEqualTo(ims.asked.size() - 2L);
  }

  @Test
  void shouldWriteAgainWhatMayNotHaveArrived() {
    ims.kafkaDown = true;
    ims.restored(0).open(ims.watch("a"));
    ims.script = jobId -> ims.success(jobId);
    ims.pass(Duration.ofMinutes(5));
    int whileDown = ims.asked.size();
    ims.kafkaDown = false;
    ims.pass(Duration.ofMinutes(5));
    assertThat(whileDown).isBetween(3, 40);
    assertThat(ims.lines()).containsExactly("answer");
    assertThat(ims.engine.view(ims.now()).parkedWatches()).isEqualTo(1);
  }

  @Test
  void shouldSpareImsWhileNothingCanBeWritten() {
    ims.kafkaDown = true;
    ims.restored(0);
    for (int i = 0; i < 1_000; i++) {
      ims.open(ims.watch("job-" + i));
    }
    ims.pass(HOUR);
    assertThat(ims.asked).hasSizeLessThan(250);
    ims.kafkaDown = false;
    ims.pass(Duration.ofMinutes(2));
    assertThat(ims.written.stream().map(w -> w.observation().watch().jobId()).distinct())
        .hasSize(1_000);
  }

  /** Otherwise the poller would make one GET per minute until an answer happens to be new. */
  @Test
  void shouldNoticeThatKafkaIsBackThoughNothingIsNew() {
    ims.restored(0);
    for (int i = 0; i < 1_000; i++) {
      ims.open(ims.watch("job-" + i));
    }
    ims.pass(MINUTE);
    ims.kafkaDown = true;
    ims.open(ims.watch("late"));
    ims.pass(HOUR);
    ims.kafkaDown = false;
    int before = ims.asked.size();
    ims.pass(Duration.ofMinutes(2));
    assertThat(ims.asked).hasSizeGreaterThan(before + 4_000);
    assertThat(ims.lines()).hasSizeLessThan(1_200);
  }

  // ---- faults

  @Test
  void shouldSayATransientFaultAfterThreeAndItsEndOnceWhileTheAnswerIsTheSame() {
    ims.restored(0).open(ims.watch("a"));
    ims.pass(SECOND);
    ims.script = jobId -> fault(FaultKind.TRANSIENT);
    ims.pass(HOUR);
    ims.script = jobId -> ims.running(jobId);
    ims.pass(HOUR);
    assertThat(ims.lines()).containsExactly("answer", "fault transient", "fault none");
  }

  @Test
  void shouldNotSayThatAGetWorksAgainWhenANewAnswerSaysSo() {
    ims.restored(0).open(ims.watch("a"));
    ims.script = jobId -> fault(FaultKind.REJECTED);
    ims.pass(MINUTE);
    ims.script = jobId -> ims.running(jobId);
    ims.pass(Duration.ofMinutes(3));
    assertThat(ims.lines()).containsExactly("fault rejected", "answer");
  }

  @Test
  void shouldSayNothingOfAFewFailures() {
    Deque<Outcome> few =
        new ArrayDeque<>(List.of(fault(FaultKind.TRANSIENT), fault(FaultKind.TRANSIENT)));
    ims.script = jobId -> few.isEmpty() ? ims.running(jobId) : few.poll();
    ims.restored(0).open(ims.watch("a"));
    ims.pass(MINUTE);
    assertThat(ims.lines()).containsExactly("answer");
  }

  @Test
  void shouldWriteMalformedBytesOnceAndAgainWhenTheyChange() {
    ims.restored(0).open(ims.watch("a"));
    ims.script = jobId -> malformed("<html>");
    ims.pass(Duration.ofMinutes(10));
    ims.script = jobId -> malformed("<HTML>");
    ims.pass(Duration.ofMinutes(10));
    ims.script = jobId -> ims.success(jobId);
    ims.pass(Duration.ofMinutes(10));
    assertThat(ims.lines()).containsExactly("fault malformed", "fault malformed", "answer");
    assertThat(ims.written.get(1).observation().body()).asString().isEqualTo("<HTML>");
  }

  /** Such a record would fail each time, and delay all others as if Kafka were down. */
  @Test
  void shouldCallAnAnswerMalformedThatDoesNotGoIntoARecord() {
    ims.restored(0).open(ims.watch("a"));
    ims.script = jobId -> ims.body(jobId, "SUCCESS", " ".repeat(5 << 20));
    ims.pass(SECOND);
    assertThat(ims.lines()).containsExactly("fault malformed");
    assertThat(ims.written.get(0).observation().body()).isNull();
  }

  @Test
  void shouldHoldAProjectWhoseCredentialsAreRefusedAndLoseNoWatch() {
    ims.restored(0);
    IntStream.range(0, 500).forEach(i -> ims.open(ims.watch("job-" + i)));
    ims.pass(Duration.ofSeconds(20));
    int before = ims.asked.size();
    ims.script = jobId -> fault(FaultKind.AUTH);
    ims.pass(HOUR);
    // The GETs in progress when the fault began, then one probe per backoff.
    assertThat(ims.asked.size() - before).isBetween(50, 250);
    assertThat(ims.engine.view(ims.now()).projects().get(0).credentialsRefused()).isTrue();
    ims.script = jobId -> ims.success(jobId);
    int held = ims.asked.size();
    Duration from = ims.at();
    ims.pass(Duration.ofMinutes(3));
    assertThat(ims.asked.size() - held).isEqualTo(500);
    assertNoMoreThan(100, 10, from);
    assertThat(ims.engine.view(ims.now()).parkedWatches()).isEqualTo(500);
  }

  /** One job of another tenant must not block the whole project. */
  @Test
  void shouldNotLetOneRefusedJobHoldItsProject() {
    ims.restored(0);
    ims.script = jobId -> jobId.equals("bad") ? fault(FaultKind.AUTH) : ims.running(jobId);
    ims.open(ims.watch("bad"));
    IntStream.range(0, 50).forEach(i -> ims.open(ims.watch("job-" + i)));
    ims.pass(Duration.ofMinutes(30));
    long good = ims.asked.stream().filter(asked -> !asked.jobId().equals("bad")).count();
    assertThat(good).isGreaterThan(50 * 6 * 30 / 2);
    assertThat(ims.lines().stream().filter(line -> line.equals("fault auth"))).hasSize(1);
  }

  /**
   * Jobs for which IMS always fails, or that belong to another tenant, must affect only themselves.
   */
  @ParameterizedTest
  @EnumSource(names = {"TRANSIENT", "AUTH", "MALFORMED", "REJECTED"})
  void shouldNotLetJobsThatAlwaysFailHoldTheOthers(FaultKind kind) {
    ims.restored(0);
    ims.script = jobId -> jobId.startsWith("bad") ? fault(kind) : ims.running(jobId);
    for (int i = 0; i < 100; i++) {
      ims.open(ims.watch("bad-" + i)).open(ims.watch("good-" + i));
    }
    ims.pass(Duration.ofMinutes(10));
    ims.asked.clear();
    ims.pass(Duration.ofMinutes(10));
    long good = ims.asked.stream().filter(asked -> asked.jobId().startsWith("good")).count();
    assertThat(good).as("100 jobs, each every ten seconds").isGreaterThan(5_500);
    assertThat(ims.asked.size() - good).as("100 jobs, each some twice a minute").isLessThan(3_000);
  }

  @Test
  void shouldObeyRetryAfterAndTheNamedLimit() {
    ims.restored(0);
    IntStream.range(0, 1_000).forEach(i -> ims.open(ims.watch("job-" + i)));
    ims.script =
        jobId -> throttled(new RateLimit(200, Duration.ofMinutes(5)), Duration.ofSeconds(90));
    ims.pass(SECOND);
    int storm = ims.asked.size();
    assertThat(storm).isLessThan(40);
    ims.script = jobId -> ims.running(jobId);
    ims.pass(Duration.ofSeconds(88));
    assertThat(ims.asked).hasSize(storm);
    ims.pass(Duration.ofMinutes(30));
    assertThat(ims.asked.size() - storm).isBetween(400, 1_200);
    assertThat(ims.lines()).noneMatch(line -> line.startsWith("fault"));
  }

  /** One hostile or broken answer must not delay the other jobs for more than 1 min. */
  @Test
  void shouldGoOnAskingForOthersWhenOneJobIsRefusedForEver() {
    ims.restored(0);
    IntStream.range(0, 50).forEach(i -> ims.open(ims.watch("job-" + i)));
    ims.script =
        jobId ->
            jobId.equals("job-7") ? throttled(new RateLimit(1, HOUR), HOUR) : ims.running(jobId);
    ims.pass(Duration.ofSeconds(30));
    assertThat(ims.engine.view(ims.now()).projects().get(0).throttled()).isTrue();
    ims.pass(Duration.ofMinutes(4));
    assertThat(ims.engine.view(ims.now()).projects().get(0).throttled()).isFalse();
    ims.asked.clear();
    ims.pass(HOUR.multipliedBy(3));
    long others = ims.asked.stream().filter(asked -> !asked.jobId().equals("job-7")).count();
    assertThat(others).as("49 jobs, each every ten seconds").isGreaterThan(49 * 6 * 60 * 3 - 1_000);
    assertThat(ims.asked.size() - others).as("the one, each hour").isBetween(2L, 4L);
  }

  @Test
  void shouldEndAnOutageOfAnHourWithoutABurstAndWithoutALoss() {
    ims.restored(0);
    IntStream.range(0, 2_000).forEach(i -> ims.open(ims.watch("job-" + i)));
    ims.pass(Duration.ofSeconds(30));
    int before = ims.asked.size();
    ims.script = jobId -> fault(FaultKind.TRANSIENT);
    ims.pass(HOUR);
    assertThat(ims.asked.size() - before).isBetween(60, 300);
    ims.script = jobId -> ims.success(jobId);
    Duration from = ims.at();
    ims.pass(Duration.ofMinutes(3));
    assertNoMoreThan(100, 10, from);
    assertThat(ims.engine.view(ims.now()).parkedWatches()).isEqualTo(2_000);
  }

  /** Checks every period that begins with a GET, not only from the start. */
  private void assertNoMoreThan(double rate, int burst, Duration from) {
    List<Duration> times =
        ims.asked.stream().map(VirtualIms.Asked::at).filter(at -> at.compareTo(from) >= 0).toList();
    for (int i = 0; i < times.size(); i++) {
      int j = Math.min(times.size() - 1, i + 500);
      double seconds = times.get(j).minus(times.get(i)).toNanos() / 1e9;
      assertThat(j - i + 1.0).isLessThanOrEqualTo(rate * seconds + burst + 1);
    }
  }

  // ---- the end of a watch

  @Test
  void shouldCallAJobNotFoundOnceAfterTheGrace() {
    ims.restored(0).open(ims.watch("a"));
    ims.script = jobId -> notFound();
    ims.pass(Duration.ofSeconds(119));
    assertThat(ims.written).isEmpty();
    ims.pass(Duration.ofMinutes(14));
    assertThat(ims.lines()).containsExactly("not-found");
    assertThat(ims.written.get(0).at()).isBetween(Duration.ofSeconds(120), Duration.ofSeconds(122));
  }

  @Test
  void shouldCountTheGraceFromTheFirstOfConsecutiveAnswers() {
    ims.restored(0).open(ims.watch("a"));
    ims.script = jobId -> notFound();
    ims.pass(Duration.ofSeconds(100));
    ims.script = jobId -> ims.running(jobId);
    ims.pass(Duration.ofSeconds(15));
    ims.script = jobId -> notFound();
    ims.pass(Duration.ofMinutes(14));
    assertThat(ims.lines()).containsExactly("answer");
    ims.pass(Duration.ofMinutes(2));
    assertThat(ims.lines()).containsExactly("answer", "not-found");
  }

  /**
   * A job that existed does not disappear within 2 min. A not-found answer is more likely wrong.
   */
  @Test
  void shouldWantALongerProofOfAnEarlierPollersJob() {
    Watch known =
        new Watch(
            "a",
            "a",
            VirtualIms.REF,
            "imsImportImageJob",
            1,
            ims.wall(),
            ims.wall().plus(Duration.ofDays(2)));
    ims.restored(0).open(known).open(ims.watch("b"));
    ims.script = jobId -> notFound();
    ims.pass(Duration.ofMinutes(14));
    assertThat(ims.written).hasSize(1);
    assertThat(ims.written.get(0).observation().watch().jobId()).isEqualTo("b");
    ims.pass(Duration.ofMinutes(2));
    assertThat(ims.lines()).containsExactly("not-found", "not-found");
  }

  @Test
  void shouldAskOnceMoreAtTheDeadlineAndThenExpire() {
    VirtualIms slow = slow();
    slow.restored(0).open(slow.watch("a", 1, MINUTE)).open(slow.watch("b", 1, MINUTE));
    slow.pass(Duration.ofSeconds(30));
    slow.script =
        jobId -> jobId.equals("a") ? slow.success(jobId) : slow.body(jobId, "RUNNING", " ");
    slow.pass(Duration.ofMinutes(14));
    assertThat(slow.asked).hasSize(4);
    assertThat(slow.asked.get(2).at()).isEqualTo(MINUTE);
    assertThat(slow.lines())
        .containsExactlyInAnyOrder("answer", "answer", "answer", "answer", "expired");
    assertThat(slow.written.get(4).observation().watch().jobId()).isEqualTo("b");
  }

  @Test
  void shouldKeepAWatchWhoseLastGetFailsForTheExpiryGraceOnly() {
    ims.tombstones = true;
    ims.restored(0).open(ims.watch("a", 1, MINUTE)).open(ims.watch("b", 1, MINUTE));
    ims.pass(Duration.ofSeconds(30));
    ims.script = jobId -> fault(FaultKind.TRANSIENT);
    ims.pass(HOUR);
    assertThat(ims.lines()).doesNotContain("expired");
    ims.script = jobId -> jobId.equals("a") ? ims.success(jobId) : fault(FaultKind.AUTH);
    ims.pass(Duration.ofMinutes(29));
    assertThat(ims.lines()).contains("answer").doesNotContain("expired");
    ims.pass(Duration.ofMinutes(2));
    assertThat(ims.lines()).filteredOn("expired"::equals).hasSize(1);
    int asked = ims.asked.size();
    ims.pass(HOUR);
    assertThat(ims.asked).hasSize(asked);
  }

  @Test
  void shouldMeetTheDeadlineByTheClockWhenThatWasSetBack() {
    VirtualIms slow = slow();
    slow.restored(0).open(slow.watch("a", 1, MINUTE));
    slow.pass(Duration.ofSeconds(30));
    slow.setClockBack(Duration.ofMinutes(10));
    slow.pass(Duration.ofMinutes(10));
    assertThat(slow.lines()).containsExactly("answer");
    slow.pass(MINUTE);
    assertThat(slow.asked).hasSize(2);
    assertThat(slow.asked.get(1).at()).isEqualTo(Duration.ofMinutes(11));
    assertThat(slow.lines()).containsExactly("answer", "expired");
  }

  @Test
  void shouldSayThatAProjectIsNotConfiguredAndStillExpireItsWatches() {
    Watch watch =
        new Watch(
            "a",
            "a",
            new ProjectRef("elsewhere", "p9"),
            null,
            1,
            ims.wall(),
            ims.wall().plus(HOUR));
    ims.restored(0).open(watch);
    ims.pass(HOUR.plus(MINUTE));
    assertThat(ims.asked).isEmpty();
    assertThat(ims.lines()).containsExactly("fault rejected", "expired");
    assertThat(ims.written.get(0).observation().faultDetail()).contains("elsewhere");
  }

  /** Each queue is a row of the status and a label of metrics, and each turn visits it. */
  @Test
  void shouldKeepOneQueueForAllProjectsThatAreNotConfigured() {
    ims.restored(0);
    for (int i = 0; i < 100; i++) {
      String id = "job-" + i;
      ProjectRef forged = new ProjectRef("cn-north-4", "forged-" + i);
      ims.open(new Watch(id, id, forged, null, 1, ims.wall(), ims.wall().plus(HOUR)));
    }
    ims.pass(MINUTE);
    assertThat(ims.engine.view(ims.now()).projects())
        .extracting(PollerView.Project::name)
        .containsExactly("not-configured");
    assertThat(ims.written)
        .hasSize(100)
        .allSatisfy(
            written ->
                assertThat(written.observation().faultDetail())
                    .contains(written.observation().watch().project().projectId()));
  }

  // ---- the budget

  /** Assigns and restores partition 0 with the given number of watches. */
  private static void restore(VirtualIms ims, int watches) {
    ims.engine.assigned(0, ims.now());
    IntStream.range(0, watches).forEach(i -> ims.open(ims.watch("job-" + i)));
    ims.engine.restored(0, ims.now());
  }

  @Test
  void shouldSpreadTheFirstPollsOfARestoredPartitionOverTheBudget() {
    VirtualIms poor =
        new VirtualIms(EngineSettings.DEFAULTS, new FixedPolicy(MINUTE), project(10, 5, 100));
    restore(poor, 300);
    poor.pass(Duration.ofSeconds(31));
    assertThat(poor.asked).hasSizeBetween(295, 320);
    assertThat(poor.asked.stream().map(VirtualIms.Asked::jobId).distinct()).hasSizeGreaterThan(294);
  }

  @Test
  void shouldNotLetANewWatchWaitBehindAllThatAreRestored() {
    VirtualIms poor =
        new VirtualIms(EngineSettings.DEFAULTS, new FixedPolicy(HOUR), project(10, 5, 100));
    restore(poor, 5_000);
    poor.pass(Duration.ofSeconds(5));
    poor.open(poor.watch("new"));
    poor.pass(SECOND);
    assertThat(poor.asked).extracting(VirtualIms.Asked::jobId).contains("new");
    poor.pass(Duration.ofSeconds(500));
    assertThat(poor.asked).hasSize(5_001);
  }

  @Test
  void shouldNotLetRestoredWatchesWaitForTurnsOfAPartitionThatWentAway() {
    VirtualIms poor =
        new VirtualIms(EngineSettings.DEFAULTS, new FixedPolicy(HOUR), project(10, 5, 100));
    for (int assignment = 0; assignment < 3; assignment++) {
      restore(poor, 5_000);
      poor.pass(SECOND);
    }
    poor.pass(Duration.ofSeconds(501));
    assertThat(poor.asked.stream().map(VirtualIms.Asked::jobId).distinct()).hasSize(5_000);
  }

  /** A rate that was lowered by throttling recovers within minutes. */
  @Test
  void shouldNotSpreadRestoredWatchesByAThrottledRate() {
    VirtualIms two =
        new VirtualIms(EngineSettings.DEFAULTS, new FixedPolicy(HOUR), 2, project(10, 5, 100));
    two.restored(0).open(two.watch("first"));
    two.script = jobId -> throttled(null, null);
    two.pass(MINUTE);
    two.script = jobId -> two.running(jobId);
    two.engine.assigned(1, two.now());
    IntStream.range(0, 300).forEach(i -> two.engine.opened(1, two.watch("job-" + i), two.now()));
    two.engine.restored(1, two.now());
    two.pass(Duration.ofMinutes(5));
    assertThat(two.asked.stream().map(VirtualIms.Asked::jobId).distinct()).hasSize(301);
  }

  @Test
  void shouldServeTheMostOverdueFirstWhenTheBudgetIsShort() {
    VirtualIms poor = ims(1, 1, 10);
    poor.restored(0);
    IntStream.range(0, 50).forEach(i -> poor.open(poor.watch("job-" + i)));
    poor.pass(Duration.ofMinutes(10));
    // Fair: after 10 min each job has been polled equally often, plus or minus one.
    for (int i = 0; i < 50; i++) {
      String jobId = "job-" + i;
      assertThat(poor.asked.stream().filter(asked -> asked.jobId().equals(jobId)))
          .as(jobId)
          .hasSizeBetween(11, 13);
    }
  }

  @Test
  void shouldNotLetAnEmptyBudgetOfOneProjectHoldAnother() {
    VirtualIms two =
        new VirtualIms(
            EngineSettings.DEFAULTS,
            new FixedPolicy(Duration.ofSeconds(10)),
            project("p1", 0.1, 1, 1),
            project("p2", 100, 10, 100));
    two.restored(0);
    IntStream.range(0, 100).forEach(i -> two.open(two.watch("slow-" + i)));
    two.open(
        new Watch(
            "fast",
            "fast",
            new ProjectRef("cn-north-4", "p2"),
            null,
            1,
            two.wall(),
            two.wall().plus(HOUR)));
    two.pass(Duration.ofMinutes(10));
    assertThat(two.asked.stream().filter(a -> a.jobId().equals("fast"))).hasSizeBetween(54, 67);
  }

  @Test
  void shouldTakeItsShareOfTheBudgetByItsPartitions() {
    VirtualIms quarter =
        new VirtualIms(EngineSettings.DEFAULTS, new FixedPolicy(SECOND), 4, project(40, 4, 100));
    quarter.restored(0);
    IntStream.range(0, 100).forEach(i -> quarter.open(quarter.watch("job-" + i)));
    quarter.pass(MINUTE);
    assertThat(quarter.asked).hasSizeBetween(590, 602);
  }

  @Test
  void shouldGiveUpItsShareOfTheBudgetWithItsPartitions() {
    VirtualIms half =
        new VirtualIms(EngineSettings.DEFAULTS, new FixedPolicy(SECOND), 2, project(40, 4, 100));
    half.restored(0).restored(1);
    IntStream.range(0, 100).forEach(i -> half.open(half.watch("job-" + i)));
    half.pass(MINUTE);
    int whole = half.asked.size();
    half.engine.revoked(List.of(1), half.now());
    half.pass(MINUTE);
    assertThat(whole).isBetween(2_350, 2_405);
    assertThat(half.asked.size() - whole).isBetween(1_150, 1_205);
    half.restored(1);
    half.pass(MINUTE);
    assertThat(half.asked.size() - whole).isBetween(3_400, 3_610);
  }

  /**
   * The refusal may concern only that job. The next probe is for another job, which shows the
   * difference.
   */
  @Test
  void shouldAskForAnotherJobAfterAThrottledOne() {
    VirtualIms poor = ims(1, 1, 1);
    poor.restored(0).open(poor.watch("first"));
    poor.pass(Duration.ofMillis(10));
    IntStream.range(0, 10).forEach(i -> poor.open(poor.watch("job-" + i)));
    poor.script = jobId -> throttled(null, null);
    poor.pass(Duration.ofSeconds(5));
    poor.script = jobId -> poor.running(jobId);
    poor.pass(MINUTE);
    assertThat(poor.asked.get(1).jobId()).isNotEqualTo("first");
    assertThat(poor.asked.stream().filter(asked -> asked.jobId().equals("first")).count())
        .isGreaterThan(1);
  }
}
