package dev.imsbridge.bench;

import dev.imsbridge.ims.ClientSettings;
import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Project;
import dev.imsbridge.poller.schedule.AdaptivePolicy;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import io.vertx.core.Vertx;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures the bridge's polling and a {@link BareLoad} in alternating rounds, so that other load on
 * the machine affects both. Used by one thread.
 */
final class PollMeasurement {
  private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(2);
  private static final int PARTS = 10;
  private static final double COMPILING = 0.05;
  private static final Duration PART = Duration.ofMillis(200);

  private final Vertx vertx;
  private final URI server;
  private final Duration time;
  private final int rounds;
  private final int jobs;
  private final SplittableRandom ids = new SplittableRandom();

  /**
   * @param time the duration of each round
   */
  PollMeasurement(Vertx vertx, URI server, Duration time, int rounds, int jobs) {
    this.vertx = vertx;
    this.server = server;
    this.time = time;
    this.rounds = rounds;
    this.jobs = jobs;
  }

  /** The result of one side in one round. */
  record Round(long gets, long bytes, ProcessCost cost) {
    double perSecond() {
      return gets / cost.seconds();
    }

    double cpuMicros() {
      return cost.cpuNanos() / 1e3 / gets;
    }

    double allocatedBytes() {
      return cost.allocatedBytes() / (double) gets;
    }

    double bodyBytes() {
      return bytes / (double) gets;
    }
  }

  /** All rounds with this number of GETs in flight. */
  record Rounds(int inFlight, List<Round> bridge, List<Round> bare) {}

  /**
   * Runs both sides until each has made this many GETs and JIT compilation has settled, for about 2
   * min at most. Does nothing for 0.
   *
   * @throws CommandFailure if no GET is answered, or more than 1% of them fail
   */
  void warmUp(Project project, long gets) throws InterruptedException {
    long until = System.nanoTime() + LONGEST_WARM_UP.toNanos();
    try (Sides sides = new Sides(project)) {
      long made = 0;
      boolean quiet = gets == 0;
      while ((made < gets || !quiet) && until - System.nanoTime() > 0) {
        long from = System.nanoTime();
        long compiled = compilationMillis();
        for (int i = 0; i < PARTS; i++) {
          made += Math.min(sides.bridge(PART).gets(), sides.bare(PART).gets());
        }
        double elapsed = (System.nanoTime() - from) / 1e6;
        quiet = compilationMillis() - compiled < COMPILING * elapsed;
      }
    }
  }

  private static long compilationMillis() {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    return compiler != null && compiler.isCompilationTimeMonitoringSupported()
        ? compiler.getTotalCompilationTime()
        : 0;
  }

  /**
   * @param project its budget sets the number of GETs in flight
   * @throws CommandFailure if no GET is answered, or more than 1% of them fail
   */
  Rounds measure(Project project) throws InterruptedException {
    Rounds measured =
        new Rounds(project.budget().concurrency(), new ArrayList<>(), new ArrayList<>());
    try (Sides sides = new Sides(project)) {
      sides.bridge(PART);
      sides.bare(PART);
      for (int i = 0; i < rounds; i++) {
        measured.bridge().add(sides.bridge(time));
        measured.bare().add(sides.bare(time));
      }
    }
    return measured;
  }

  /** The bridge's polling and the bare load, for the same jobs. */
  private final class Sides implements AutoCloseable {
    private final String path;
    private final List<String> paths = new ArrayList<>();
    private final AtomicLong next = new AtomicLong();
    private final ImsClient client;
    private final PollBench bridge;
    private final BareLoad bare;

    Sides(Project project) {
      InstantSource clock = InstantSource.system();
      int inFlight = project.budget().concurrency();
      path = "/v1/" + project.ref().projectId() + "/jobs/";
      client = new ImsClient(vertx, ClientSettings.DEFAULTS.withConnections(inFlight), clock);
      bridge = new PollBench(client, project, policy(), jobs, this::id, clock);
      bare = new BareLoad(vertx, server, inFlight, this::path);
    }

    Round bridge(Duration each) throws InterruptedException {
      ProcessCost before = ProcessCost.now();
      PollBench.Count count = bridge.run(each);
      ProcessCost cost = ProcessCost.now().since(before);
      // A few GETs may fail on a busy machine. More failures make the result useless.
      if (count.answers() == 0 || count.others() * 100 > count.answers()) {
        throw CommandFailure.fault(
            "%s answers %s of %s GETs, so there is nothing to measure: %s"
                .formatted(
                    server,
                    count.answers(),
                    count.answers() + count.others(),
                    SafeText.line(String.valueOf(count.latestOther()))),
            null);
      }
      return new Round(count.answers(), count.bodyBytes(), cost);
    }

    Round bare(Duration each) {
      ProcessCost before = ProcessCost.now();
      BareLoad.Count count = bare.run(each);
      return new Round(count.gets(), count.bytes(), ProcessCost.now().since(before));
    }

    private String id() {
      String id = String.format(Locale.ROOT, "%016x%016x", ids.nextLong(), ids.nextLong());
      if (paths.size() < jobs) {
        paths.add(path + id);
      } else {
        paths.set(ids.nextInt(jobs), path + id);
      }
      return id;
    }

    private String path() {
      return paths.get((int) (next.getAndIncrement() % paths.size()));
    }

    @Override
    public void close() {
      bare.close();
      client.close();
    }
  }

  private static PollPolicy policy() {
    return new AdaptivePolicy(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(1));
  }
}
