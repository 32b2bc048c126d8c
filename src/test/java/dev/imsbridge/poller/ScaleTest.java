package dev.imsbridge.poller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.wire.Observation;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The cost of 200,000 watches: memory, the work of a turn, and the first minutes after a start. */
class ScaleTest {
  private static final int WATCHES = 200_000;

  /** Includes the watch as read from the topic, with compressed references. */
  private static final long MOST_BYTES_A_WATCH = 512;

  private static final BudgetSettings BUDGET = new BudgetSettings(1_000, 50, 100);
  private static final Duration INTERVAL = Duration.ofMinutes(10);

  /** Counts the work of a turn and answers on demand. */
  private static final class Counted implements PollActions, PollPolicy {
    final Deque<WatchState> underWay = new ArrayDeque<>();
    final PollEngine engine;
    long asked;
    long written;
    long clockReads;
    long policyCalls;
    long now = 1_000;

    Counted() {
      Project project = VirtualIms.project("p1", BUDGET.callsPerSecond(), BUDGET.burst(), 100);
      engine =
          new PollEngine(
              EngineSettings.DEFAULTS, List.of(project), 1, this, this, this::time, new Random(1));
      engine.assigned(0, now);
    }

    private Instant time() {
      clockReads++;
      return VirtualIms.START.plusNanos(now);
    }

    /**
     * Opens watches like the reader of watches: they share only the objects that they share there.
     */
    void open(int count) {
      Instant opened = VirtualIms.START;
      for (int i = 0; i < count; i++) {
        String jobId = "%032x".formatted(i * 0x9E3779B97F4A7C15L);
        Watch watch =
            new Watch(
                jobId,
                jobId,
                VirtualIms.REF,
                null,
                1,
                opened.plusMillis(i),
                opened.plusMillis(i).plus(Duration.ofHours(48)));
        engine.opened(0, watch, now);
      }
    }

    /** Runs one turn of the loop and answers its GETs at once. */
    long turn(Outcome outcome) {
      long wait = engine.run(now);
      while (!underWay.isEmpty()) {
        engine.answered(underWay.poll(), outcome, now);
      }
      return wait;
    }

    @Override
    public void get(Project project, WatchState watch) {
      asked++;
      underWay.add(watch);
    }

    @Override
    public void write(WatchState watch, Observation observation) {
      written++;
    }

    @Override
    public void outage(PollerView.Project project, PollerView.Outage ended) {}

    @Override
    public long delayNanos(String jobType, long ageNanos, RandomGenerator random) {
      policyCalls++;
      return INTERVAL.toNanos() + random.nextLong(INTERVAL.toNanos());
    }
  }

  private final Outcome running =
      new VirtualIms(EngineSettings.DEFAULTS, new FixedPolicy(INTERVAL)).running("a");

  @Test
  void shouldKeepWithinItsMemoryAndItsBudgetFromTheStart() {
    long before = usedBytes();
    Counted counted = new Counted();
    counted.open(WATCHES);
    long restoredAt = counted.now;
    counted.engine.restored(0, counted.now);

    // The first polls: never more than the budget allows, and each watch once before any is
    // repeated.
    long end = Duration.ofSeconds(201).toNanos();
    while (counted.now - restoredAt < end) {
      long wait = counted.turn(running);
      double seconds = (counted.now - restoredAt) / 1e9;
      assertThat(counted.asked)
          .isLessThanOrEqualTo((long) (BUDGET.callsPerSecond() * seconds) + BUDGET.burst() + 1);
      counted.now += Math.min(wait, Duration.ofMillis(20).toNanos());
    }
    assertThat(counted.asked).isEqualTo(WATCHES);
    assertThat(counted.written).isEqualTo(WATCHES);
    assertThat(counted.policyCalls).isEqualTo(WATCHES);

    // Each watch has been polled and answered by now, so it has reached its full size.
    long bytes = (usedBytes() - before) / WATCHES;
    assertThat(bytes).as("bytes a watch").isBetween(200L, MOST_BYTES_A_WATCH);
    assertThat(counted.engine.view(counted.now).openWatches()).isEqualTo(WATCHES);
  }

  /** A turn that visits every watch would read the clock for each, or take 100 s in total. */
  @Test
  void shouldNotLookAtAllWatchesInATurn() {
    Counted counted = new Counted();
    counted.open(WATCHES);
    counted.engine.restored(0, counted.now);
    while (counted.asked < WATCHES) {
      counted.now += Duration.ofMillis(50).toNanos();
      counted.turn(running);
    }
    counted.clockReads = 0;
    counted.policyCalls = 0;
    long asked = counted.asked;
    int turns = 100_000;

    long cpu = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    for (int i = 0; i < turns; i++) {
      counted.now += 1_000;
      counted.turn(running);
    }
    long spent = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - cpu;

    long due = counted.asked - asked;
    assertThat(due).isLessThan(200);
    assertThat(counted.policyCalls).isEqualTo(due);
    assertThat(counted.clockReads).isLessThan(20 * due + 20);
    // 20 microseconds per turn, in CPU time of this thread. A scan takes 1 ms.
    assertThat(Duration.ofNanos(spent)).isLessThan(Duration.ofSeconds(2));
  }

  private static long usedBytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
