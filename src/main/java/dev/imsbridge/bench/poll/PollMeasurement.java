package dev.imsbridge.bench.poll;

import dev.imsbridge.bench.common.Round;
import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.ClientSettings;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
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
 * Measures the bridge's polling and a {@link BaselineLoad} in alternating rounds, so that other
 * load on the machine affects both. Used by one thread.
 */
final class PollMeasurement {
  private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(2);
  private static final int PARTS = 10;
  private static final double COMPILING = 0.05;
  private static final Duration PART = Duration.ofMillis(200);

  private static final int WARM_UP_IN_FLIGHT = 64;
  private static final int MOST_CALLS = 10_000_000;

  private final Vertx vertx;
  private final URI server;
  private final Credentials credentials;
  private final int jobs;
  private final SplittableRandom ids = new SplittableRandom();

  /**
   * @param jobs open jobs, polled one after the other
   */
  PollMeasurement(Vertx vertx, URI server, Credentials credentials, int jobs) {
    this.vertx = vertx;
    this.server = server;
    this.credentials = credentials;
    this.jobs = jobs;
  }

  /**
   * Runs both sides until each has made this many GETs and JIT compilation has settled, for about 2
   * min at most. Does nothing for 0.
   *
   * @throws CommandFailure if no GET is answered, or more than 1% of them fail
   */
  void warmUp(long gets) throws InterruptedException {
    long until = System.nanoTime() + LONGEST_WARM_UP.toNanos();
    try (Sides sides = new Sides(WARM_UP_IN_FLIGHT)) {
      long made = 0;
      boolean quiet = gets == 0;
      while ((made < gets || !quiet) && until - System.nanoTime() > 0) {
        long from = System.nanoTime();
        long compiled = compilationMillis();
        for (int i = 0; i < PARTS; i++) {
          made += Math.min(sides.bridge(PART).count(), sides.bare(PART).count());
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
   * Measures both sides with this number of GETs in flight.
   *
   * @param time the duration of each round
   * @throws CommandFailure if no GET is answered, or more than 1% of them fail
   */
  PollReport.Row measure(int inFlight, Duration time, int rounds) throws InterruptedException {
    List<Round> bridge = new ArrayList<>();
    List<Round> bare = new ArrayList<>();
    try (Sides sides = new Sides(inFlight)) {
      sides.bridge(PART);
      sides.bare(PART);
      for (int i = 0; i < rounds; i++) {
        bridge.add(sides.bridge(time));
        bare.add(sides.bare(time));
      }
    }
    return PollReport.Row.of(inFlight, bridge, bare);
  }

  /** The bridge's polling and the bare load, for the same jobs. */
  private final class Sides implements AutoCloseable {
    private final String path;
    private final List<String> paths = new ArrayList<>();
    private final AtomicLong next = new AtomicLong();
    private final ImsClient client;
    private final PollBench bridge;
    private final BaselineLoad bare;

    Sides(int inFlight) {
      InstantSource clock = InstantSource.system();
      Project project =
          new Project(
              "bench",
              new ProjectRef("local", "0123456789abcdef0123456789abcdef"),
              Endpoint.of(server.toString()),
              credentials,
              new BudgetSettings(MOST_CALLS, MOST_CALLS, inFlight));
      path = "/v1/" + project.ref().projectId() + "/jobs/";
      client = new ImsClient(vertx, ClientSettings.DEFAULTS.withConnections(inFlight), clock);
      bridge = new PollBench(client, project, policy(), jobs, this::id, clock);
      bare = new BaselineLoad(vertx, server, inFlight, this::path);
    }

    Round bridge(Duration each) throws InterruptedException {
      Round before = now(0, 0);
      PollBench.Count count = bridge.run(each);
      Round round = now(count.answers(), count.bodyBytes()).since(before);
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
      return round;
    }

    Round bare(Duration each) {
      Round before = now(0, 0);
      BaselineLoad.Count count = bare.run(each);
      return now(count.gets(), count.bytes()).since(before);
    }

    private Round now(long gets, long bytes) {
      return Round.now(gets, bytes, () -> Duration.ZERO);
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
