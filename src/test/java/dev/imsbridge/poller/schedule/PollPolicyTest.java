package dev.imsbridge.poller.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PollPolicyTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldKeepAFixedIntervalWithinATenth(long seed) {
    Random random = new Random(seed);
    PollPolicy policy = new FixedPolicy(Duration.ofSeconds(10));
    long[] delays =
        LongStream.range(0, 1_000)
            .map(i -> policy.delayNanos(null, random.nextLong(86_400 * SECOND), random))
            .toArray();
    for (long delay : delays) {
      assertThat(delay).as("seed %d", seed).isBetween(9 * SECOND, 11 * SECOND);
    }
    assertThat(LongStream.of(delays).distinct().count()).isGreaterThan(900);
  }

  /** The floor and the ceiling are settings, so jitter must not exceed them. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void shouldBackOffBetweenFloorAndCeilingAtEveryAge(long seed) {
    Random random = new Random(seed);
    PollPolicy policy = new BackoffPolicy(Duration.ofSeconds(2), Duration.ofSeconds(60), 0.1);
    for (int i = 0; i < 10_000; i++) {
      long age = (long) Math.pow(10, random.nextDouble() * 15);
      long delay = policy.delayNanos("any", age, random);
      assertThat(delay).as("seed %d, age %d", seed, age).isBetween(2 * SECOND, 60 * SECOND);
    }
  }

  @Test
  void shouldPollFewerTimesThanTheLogarithmOfTheAgeSuggests() {
    Random random = new Random(7);
    PollPolicy policy = new BackoffPolicy(Duration.ofSeconds(2), Duration.ofSeconds(60), 0.1);
    int polls = 0;
    for (long age = 0; age < 529 * SECOND; age += policy.delayNanos(null, age, random)) {
      polls++;
    }
    assertThat(polls).isBetween(25, 55);
  }

  @Test
  void shouldNotLetJobsOfOneAgeKeepStep() {
    Random random = new Random(7);
    PollPolicy policy = new BackoffPolicy(Duration.ofSeconds(2), Duration.ofSeconds(60), 0.1);
    for (long age : new long[] {0, 15 * SECOND, 100 * SECOND, 86_400 * SECOND}) {
      long distinct =
          LongStream.range(0, 100)
              .map(i -> policy.delayNanos(null, age, random) / (SECOND / 1_000))
              .distinct()
              .count();
      assertThat(distinct).as("age %d", age).isGreaterThan(50);
    }
  }
}
