package dev.imsbridge.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.Effects;
import dev.imsbridge.poller.EngineSettings;
import dev.imsbridge.poller.LeanWatches;
import dev.imsbridge.poller.PollEngine;
import dev.imsbridge.poller.WatchState;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.wire.AnswerParser;
import dev.imsbridge.wire.Observation;
import dev.imsbridge.wire.Watches;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;

/**
 * Measures the cost of an open watch: fills a poller's engine with watches as they are read from
 * their topic, requests and answers each of them, and measures the heap. The answers are synthetic,
 * so that only the engine is measured. Used by one thread.
 */
public final class WatchBench {
  private static final ProjectRef REF = new ProjectRef("local", "0123456789abcdef0123456789abcdef");
  private static final int PARTITIONS = 6;
  private static final int LIMIT = 100_000_000;

  private final LeanWatches lean = new LeanWatches();
  private final SplittableRandom random;
  private final Queue<WatchState> asked = new ArrayDeque<>();
  private final PollEngine engine;
  private long written;

  /**
   * The results.
   *
   * @param heapBytes the heap used by all watches together
   * @param opening the time to read and open them
   * @param scheduling the time of one thread per GET: to find the due watch, to judge the answer,
   *     and to queue the watch again
   */
  public record Found(int watches, long heapBytes, Duration opening, Duration scheduling) {
    public long bytesPerWatch() {
      return heapBytes / watches;
    }
  }

  private WatchBench(long seed) {
    random = new SplittableRandom(seed);
    Project project =
        new Project(
            "bench",
            REF,
            Endpoint.of("http://127.0.0.1:1"),
            new Credentials.None(),
            new BudgetSettings(LIMIT, LIMIT, LIMIT));
    engine =
        new PollEngine(
            EngineSettings.DEFAULTS,
            List.of(project),
            PARTITIONS,
            new FixedPolicy(Duration.ofMillis(1)),
            new Silent(),
            InstantSource.system(),
            new SplittableRandom(seed));
  }

  /** Opens the given number of watches and requests each of them several times. */
  public static Found measure(int watches, long seed) {
    long before = heap();
    WatchBench bench = new WatchBench(seed);
    long from = System.nanoTime();
    bench.open(watches);
    Duration opening = Duration.ofNanos(System.nanoTime() - from);
    bench.ask(watches);
    long held = heap() - before;
    from = System.nanoTime();
    bench.ask(watches);
    Duration asking = Duration.ofNanos(System.nanoTime() - from);
    if (bench.written < watches || bench.engine.view(System.nanoTime()).openWatches() != watches) {
      throw new IllegalStateException("not every watch was opened and answered");
    }
    return new Found(watches, held, opening, asking.dividedBy(watches));
  }

  private void open(int watches) {
    long now = System.nanoTime();
    Instant openedAt = Instant.now();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      engine.assigned(partition, now);
    }
    for (int i = 0; i < watches; i++) {
      String id = hex() + hex();
      Watch watch = new Watch(id, id, REF, null, 1, openedAt, openedAt.plus(Duration.ofDays(2)));
      engine.opened(i % PARTITIONS, read(Watches.encode(watch)), now);
    }
    for (int partition = 0; partition < PARTITIONS; partition++) {
      engine.restored(partition, now);
    }
  }

  // Decode as from the topic, so that watches share only the objects that they share there.
  private Watch read(byte[] value) {
    return lean.of(Watches.decode(value).orElseThrow());
  }

  private String hex() {
    return HexFormat.of().toHexDigits(random.nextLong());
  }

  private void ask(int gets) {
    int answered = 0;
    while (answered < gets) {
      engine.run(System.nanoTime());
      for (WatchState watch = asked.poll(); watch != null; watch = asked.poll()) {
        engine.answered(watch, answer(watch.watch.jobId()), System.nanoTime());
        answered++;
      }
    }
  }

  private static Outcome answer(String jobId) {
    byte[] body =
        """
        {"job_id": "%s", "job_type": "imsImportImageJob", "status": "RUNNING",
         "begin_time": "2024-11-06T07:39:45.814Z", "end_time": null, "entities": {}}"""
            .formatted(jobId)
            .getBytes(UTF_8);
    var understood = (AnswerParser.Valid) AnswerParser.glance(body, jobId);
    return new Outcome.Answer(200, null, Duration.ZERO, body, understood.answer(), null);
  }

  // Runs the garbage collector several times and returns the lowest heap usage.
  private static long heap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
      least = Math.min(least, used);
    }
    return least;
  }

  private final class Silent implements Effects {
    @Override
    public void get(Project project, WatchState watch) {
      asked.add(watch);
    }

    @Override
    public void write(WatchState watch, Observation observation) {
      written++;
    }
  }
}
