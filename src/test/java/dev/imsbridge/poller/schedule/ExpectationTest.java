package dev.imsbridge.poller.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** People plan with these figures, so each must be right or absent. */
class ExpectationTest {
  private static final long SECOND = 1_000_000_000;

  private final PollPolicy policy =
      new AdaptivePolicy(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(5));

  private Expectation after(long seconds) {
    return policy.expect("type", seconds * SECOND);
  }

  /** Durations of 101 to 300 s, one for each second. */
  private void learnUniform() {
    for (int i = 0; i < 200; i++) {
      policy.learn("type", (101 + (i * 77L) % 200) * SECOND);
    }
  }

  private static void about(Duration actual, long seconds) {
    assertThat(actual.toMillis() / 1e3).isCloseTo(seconds, within(5.0));
  }

  @Test
  void shouldJudgeARunningJobByThoseThatRanAsLong() {
    learnUniform();
    about(after(0).median(), 200);
    about(after(0).percentile95(), 290);
    about(after(200).median(), 50);
    about(after(200).percentile95(), 95);
    assertThat(after(200).jobs()).isEqualTo(200);
  }

  @Test
  void shouldNotStateWhatTooFewJobsShow() {
    learnUniform();
    assertThat(after(288).median()).isNotNull();
    assertThat(after(288).percentile95()).isNull();
    assertThat(after(320).median()).isNull();
    assertThat(policy.expect("another", SECOND)).isEqualTo(Expectation.UNKNOWN);
    assertThat(policy.expect(null, SECOND)).isEqualTo(Expectation.UNKNOWN);
    assertThat(new FixedPolicy(Duration.ofSeconds(1)).expect("type", 0))
        .isEqualTo(Expectation.UNKNOWN);
  }

  @Test
  void shouldWaitForAsManyJobsAsAPercentileNeeds() {
    for (int jobs = 1; jobs <= 120; jobs++) {
      policy.learn("type", 60 * SECOND);
      Expectation expected = after(10);
      assertThat(expected.jobs()).isEqualTo(jobs);
      assertThat(expected.median() != null).as("%s jobs", jobs).isEqualTo(jobs >= 5);
      assertThat(expected.percentile95() != null).as("%s jobs", jobs).isEqualTo(jobs >= 20);
      assertThat(expected.overlong() != null).as("%s jobs", jobs).isEqualTo(jobs >= 100);
    }
  }

  @Test
  void shouldMarkAJobThatRunsLongerThanNinetyNineOfOneHundred() {
    learnUniform();
    assertThat(after(250).overlong()).isFalse();
    assertThat(after(305).overlong()).isTrue();
    assertThat(policy.overlongAfterNanos("type")).isBetween(297 * SECOND, 305 * SECOND);
    assertThat(policy.overlongAfterNanos("another")).isEqualTo(Long.MAX_VALUE);
    assertThat(policy.overlongAfterNanos(null)).isEqualTo(Long.MAX_VALUE);
  }

  /** A type whose jobs all take the same time must not mark every job that reaches it. */
  @Test
  void shouldNotMarkAJobThatTakesAsLongAsAllOthers() {
    for (int i = 0; i < 150; i++) {
      policy.learn("type", 200 * SECOND);
    }
    assertThat(after(200).overlong()).isFalse();
    assertThat(after(210).overlong()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldAgreeWithTheDurationsThemselves(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] learned = new double[200];
    for (int i = 0; i < learned.length; i++) {
      learned[i] = Math.exp(4 + 2 * random.nextDouble() + 2 * random.nextDouble());
      policy.learn("type", (long) (learned[i] * SECOND));
    }
    for (double age : new double[] {0, 60, 300, 900}) {
      double[] longer = Arrays.stream(learned).filter(each -> each >= age).sorted().toArray();
      Expectation expected = policy.expect("type", (long) (age * SECOND));
      if (longer.length >= 40) {
        between(expected.median(), age, longer, 0.5);
        between(expected.percentile95(), age, longer, 0.95);
      }
    }
  }

  // The quantile lies between neighbours in the sample, or within the width of a bucket.
  private static void between(Duration remaining, double age, double[] sorted, double share) {
    int rank = (int) (share * sorted.length);
    double low = sorted[Math.max(0, rank - 2)];
    double high = sorted[Math.min(sorted.length - 1, rank + 2)];
    assertThat(age + remaining.toMillis() / 1e3).isBetween(low / 1.03, high * 1.03);
  }
}
