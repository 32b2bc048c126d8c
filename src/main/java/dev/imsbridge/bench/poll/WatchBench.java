package dev.imsbridge.bench.poll;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.LocalPoller;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.wire.AnswerParser;
import dev.imsbridge.wire.Watches;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.SplittableRandom;

/**
 * Measures the cost of an open watch: fills a poller's engine with watches as they are read from
 * their topic, requests and answers each of them, and measures the heap. The answers are synthetic,
 * so that only the engine is measured. Used by one thread.
 */
final class WatchBench {
  private static final ProjectRef REF = new ProjectRef("local", "0123456789abcdef0123456789abcdef");
  private static final int LIMIT = 100_000_000;
  private static final int IN_FLIGHT = 1_000;
  private static final Outcome.Response OK = new Outcome.Response(200, null, Duration.ZERO);

  private final SplittableRandom random;
  private final LocalPoller poller;
  private long answered;
  private long written;

  /**
   * The results.
   *
   * @param heapBytes the heap used by all watches together
   * @param opening the time to read and open them
   * @param scheduling the time of one thread per GET: to find the due watch, to handle the answer,
   *     and to queue the watch again
   */
  record Found(int watches, long heapBytes, Duration opening, Duration scheduling) {}

  private WatchBench(long seed) {
    random = new SplittableRandom(seed);
    Project project =
        new Project(
            "bench",
            REF,
            Endpoint.of("http://127.0.0.1:1"),
            new Credentials.None(),
            new BudgetSettings(LIMIT, LIMIT, IN_FLIGHT));
    poller =
        new LocalPoller(
            project,
            new FixedPolicy(Duration.ofMillis(1)),
            (asked, jobId, then) -> then.accept(answer(jobId)),
            this::watch,
            outcome -> answered++,
            observation -> written++,
            InstantSource.system());
  }

  /** Opens the given number of watches and requests each of them several times. */
  static Found measure(int watches, long seed) throws InterruptedException {
    long before = heap();
    WatchBench bench = new WatchBench(seed);
    long from = System.nanoTime();
    bench.poller.open(watches);
    Duration opening = Duration.ofNanos(System.nanoTime() - from);
    bench.ask(watches);
    long held = heap() - before;
    from = System.nanoTime();
    bench.ask(watches);
    Duration asking = Duration.ofNanos(System.nanoTime() - from);
    if (bench.written < watches || bench.poller.openWatches() != watches) {
      throw new IllegalStateException("not every watch was opened and answered");
    }
    return new Found(watches, held, opening, asking.dividedBy(watches));
  }

  // Decode as from the topic, so that watches share only the objects that they share there.
  private Watch watch() {
    String id = hex() + hex();
    Instant openedAt = Instant.now();
    Watch watch = new Watch(id, id, REF, null, 1, openedAt, openedAt.plus(Duration.ofDays(2)));
    return Watches.decode(Watches.encode(watch)).orElseThrow();
  }

  private String hex() {
    return HexFormat.of().toHexDigits(random.nextLong());
  }

  private void ask(int gets) throws InterruptedException {
    long until = answered + gets;
    poller.run(() -> answered >= until);
  }

  private static Outcome answer(String jobId) {
    byte[] body =
        """
        {"job_id": "%s", "job_type": "imsImportImageJob", "status": "RUNNING",
         "begin_time": "2024-11-06T07:39:45.814Z", "end_time": null, "entities": {}}\
        """
            .formatted(jobId)
            .getBytes(UTF_8);
    var valid = (AnswerParser.Valid) AnswerParser.glance(body, jobId);
    return new Outcome.Answer(OK, body, valid.answer(), null);
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
}
