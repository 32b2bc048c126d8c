package dev.imsbridge.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * For any input, only the documented failures come out. {@code -Dfuzz.seconds=N} sets the CPU time
 * for each target, 1 s by default. A failure names the seed of its input; {@code -Dseed=N} runs
 * only that one.
 */
class FuzzTest {
  /** Of one input. In practice a few milliseconds of work; the first inputs load classes. */
  private static final long MOST_NANOS = Duration.ofSeconds(3).toNanos();

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** How many sets of samples there are. They cost more than the inputs that are made of them. */
  private static final int SETS = 4;

  private final Map<Long, List<byte[]>> samples = new HashMap<>();

  static List<FuzzTarget> targets() {
    return FuzzTargets.all();
  }

  @ParameterizedTest
  @MethodSource("targets")
  void shouldKeepItsPromisesForAnyInput(FuzzTarget target) {
    for (long set = 0; set < SETS; set++) {
      samples.put(set, target.samples().of(new Random(set)));
    }
    Long only = Long.getLong("seed");
    long first = only != null ? only : System.nanoTime() & 0xffff_ffffL;
    Duration budget = Duration.ofSeconds(Long.getLong("fuzz.seconds", 1));
    long end = THREADS.getCurrentThreadCpuTime() + budget.toNanos();
    long seed = first;
    do {
      run(target, seed++);
    } while (only == null && THREADS.getCurrentThreadCpuTime() < end);
    System.out.printf("%s: %d inputs from seed %d%n", target, seed - first, first);
  }

  private void run(FuzzTarget target, long seed) {
    byte[] input = new Mutator(new Random(seed)).mutated(samples.get(seed % SETS));
    long begin = THREADS.getCurrentThreadCpuTime();
    try {
      target.check().accept(input);
    } catch (Throwable failure) {
      throw new AssertionError(
          "fails for an input; replay it with -Dseed=" + seed + ": " + failure, failure);
    }
    assertThat(THREADS.getCurrentThreadCpuTime() - begin)
        .as("CPU time in ns of the input of -Dseed=%s, %s bytes", seed, input.length)
        .isLessThan(MOST_NANOS);
  }
}
