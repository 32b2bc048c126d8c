package dev.imsbridge.poller.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.bench.poll.PolicyBench;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AdaptivePolicyTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final Duration TARGET = Duration.ofSeconds(10);
  private static final Duration FLOOR = Duration.ofSeconds(1);
  private static final Duration CEILING = Duration.ofMinutes(2);

  private final PollPolicy policy = new AdaptivePolicy(TARGET, FLOOR, CEILING);

  static Stream<PolicyBench.JobType> jobTypes() {
    return PolicyBench.JOB_TYPES.stream();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldStayBetweenFloorAndCeilingWhateverItLearned(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 3_000; i++) {
      if (random.nextInt(3) == 0) {
        policy.learn("type-" + random.nextInt(5), (long) Math.pow(10, random.nextDouble() * 17));
      }
      long age = (long) Math.pow(10, random.nextDouble() * 17);
      long delay = policy.delayNanos("type-" + random.nextInt(6), age, random);
      assertThat(delay).as("seed %d, age %d", seed, age).isBetween(SECOND, 120 * SECOND);
    }
  }

  @Test
  void shouldBackOffLikeTheBackoffPolicyWithoutHistory() {
    PollPolicy backoff = new BackoffPolicy(Duration.ofSeconds(5), CEILING, 0.1);
    for (int i = 0; i < 4; i++) {
      policy.learn("known a little", 200 * SECOND);
    }
    for (long age : new long[] {0, 10 * SECOND, 200 * SECOND, 5_000 * SECOND}) {
      for (String type : new String[] {null, "unknown", "known a little"}) {
        assertThat(policy.delayNanos(type, age, new Random(1)))
            .isEqualTo(backoff.delayNanos(type, age, new Random(1)));
      }
    }
  }

  @Test
  void shouldAskNextWhenTheFirstJobsOfATypeAreAboutToEnd() {
    Random random = new Random(3);
    for (int i = 0; i < 100; i++) {
      policy.learn("tight", (188 + random.nextInt(34)) * SECOND);
    }
    long atOnce = policy.delayNanos("tight", SECOND, random);
    long before = policy.delayNanos("tight", 150 * SECOND, random);
    long amid = policy.delayNanos("tight", 200 * SECOND, random);
    assertThat(atOnce).isGreaterThan(110 * SECOND);
    assertThat(before).isBetween(30 * SECOND, 62 * SECOND);
    assertThat(amid).isBetween(8 * SECOND, 15 * SECOND);
  }

  @Test
  void shouldTellDurationsApartThatDifferByAFewHundredths() {
    PollPolicy prompt = new AdaptivePolicy(Duration.ofSeconds(5), FLOOR, Duration.ofSeconds(60));
    PolicyBench.JobType register = new PolicyBench.JobType("register", 285, 315, 0);
    assertThat(new PolicyBench(13, 500).run("adaptive", prompt, List.of(register)).callsPerJob())
        .as("8.4 at best: the looks before the first jobs end, and then one each five seconds")
        .isLessThan(9.4);
  }

  @Test
  void shouldAskFirstWhenMostJobsAreOverWhereTheseTakeSeconds() {
    Random random = new Random(3);
    assertThat(policy.firstDelayNanos(random)).as("without knowledge").isZero();
    for (int i = 0; i < 100; i++) {
      policy.learnWait((600 + random.nextInt(1_800)) * SECOND / 1_000);
    }
    for (int i = 0; i < 100; i++) {
      assertThat(policy.firstDelayNanos(random))
          .as("when they are over, and not only when the target says so")
          .isBetween(2_400 * SECOND / 1_000, 4 * SECOND);
    }
  }

  @Test
  void shouldAskAtOnceWhereMostJobsTakeLonger() {
    Random random = new Random(3);
    for (int i = 0; i < 25; i++) {
      policy.learnWait(2 * SECOND);
    }
    for (int i = 0; i < 75; i++) {
      policy.learnWait((300 + random.nextInt(100)) * SECOND);
    }
    assertThat(policy.firstDelayNanos(random)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldBoundTheFirstDelayWhateverItLearned(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    PollPolicy patient =
        new AdaptivePolicy(Duration.ofHours(1), FLOOR, Duration.ofHours(random.nextInt(1, 20)));
    boolean waited = false;
    for (int i = 0; i < 3_000; i++) {
      patient.learnWait((long) Math.pow(10, random.nextDouble() * 17));
      long delay = patient.firstDelayNanos(random);
      waited |= delay > 0;
      assertThat(delay).as("seed %d", seed).isBetween(0L, PollPolicy.MAX_FIRST_DELAY.toNanos());
    }
    assertThat(waited).as("seed %d", seed).isTrue();
  }

  @Test
  void shouldKeepToItsCeilingWhenTheTargetIsAboveIt() {
    Duration ceiling = Duration.ofMinutes(1);
    PollPolicy patient = new AdaptivePolicy(Duration.ofMinutes(10), FLOOR, ceiling);
    Random random = new Random(3);
    for (int i = 0; i < 100; i++) {
      patient.learn("long", (3_600 + random.nextInt(600)) * SECOND);
    }
    for (long age : new long[] {1, 600, 3_600, 3_900}) {
      assertThat(patient.delayNanos("long", age * SECOND, random)).isBetween(SECOND, 60 * SECOND);
    }
  }

  @Test
  void shouldBackOffForAJobThatOutlivesWhatWasLearned() {
    for (int i = 0; i < 100; i++) {
      policy.learn("tight", 200 * SECOND);
    }
    long delay = policy.delayNanos("tight", 600 * SECOND, new Random(3));
    assertThat(delay).isBetween(48 * SECOND, 72 * SECOND);
  }

  @Test
  void shouldForgetThePastWhenATypeBecomesSlower() {
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 500; i++) {
      policy.learn("type", 100 * SECOND);
    }
    for (int i = 0; i < 1_000; i++) {
      policy.learn("type", 400 * SECOND);
    }
    assertThat(policy.delayNanos("type", 300 * SECOND, random)).isGreaterThan(60 * SECOND);
    assertThat(policy.delayNanos("type", 50 * SECOND, random)).isGreaterThan(100 * SECOND);
  }

  @Test
  void shouldRememberABoundedNumberOfTypes() {
    for (int type = 0; type < 1_000; type++) {
      for (int i = 0; i < 10; i++) {
        policy.learn("type-" + type, 300 * SECOND);
      }
    }
    Random random = new Random(1);
    assertThat(policy.delayNanos("type-0", SECOND, random)).isGreaterThan(100 * SECOND);
    assertThat(policy.delayNanos("type-999", SECOND, random)).isLessThan(7 * SECOND);
  }

  /** The target must be met for all distributions of durations. */
  @ParameterizedTest
  @MethodSource("jobTypes")
  void shouldFindNineteenOfTwentyEndsWithinTheTarget(PolicyBench.JobType type) {
    PolicyBench.Row row = new PolicyBench(11, 500).run("adaptive", policy, List.of(type));
    assertThat(row.lagP95()).isLessThan(TARGET.multipliedBy(115).dividedBy(100));
    assertThat(row.timedOut()).isZero();
  }

  @ParameterizedTest
  @MethodSource("jobTypes")
  void shouldNeedFewerCallsThanAFixedIntervalThatIsAsPrompt(PolicyBench.JobType type) {
    PolicyBench bench = new PolicyBench(12, 500);
    PolicyBench.Row adaptive = bench.run("adaptive", policy, List.of(type));
    PolicyBench.Row fixed = bench.run("fixed", new FixedPolicy(TARGET), List.of(type));
    boolean tight = type.high() < 1.6 * type.low() && type.low() > 60;
    assertThat(adaptive.callsPerJob()).isLessThanOrEqualTo(fixed.callsPerJob() * (tight ? 0.5 : 1));
  }
}
