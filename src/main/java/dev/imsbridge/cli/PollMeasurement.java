package dev.imsbridge.cli;

import dev.imsbridge.ims.ClientSettings;
import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Project;
import dev.imsbridge.poller.PollBench;
import dev.imsbridge.poller.PollPolicy;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures the bridge's way of asking and that of a {@link BareLoad} in turn, round by round, so
 * that whatever else the machine does falls on both. Used by one thread.
 */
final class PollMeasurement {
  private static final Duration WARM_UP = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final URI server;
  private final Duration time;
  private final int rounds;
  private final int jobs;
  private final SplittableRandom ids = new SplittableRandom();

  /**
   * @param time of each round
   */
  PollMeasurement(Vertx vertx, URI server, Duration time, int rounds, int jobs) {
    this.vertx = vertx;
    this.server = server;
    this.time = time;
    this.rounds = rounds;
    this.jobs = jobs;
  }

  /** What one of the two did in one round. */
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

  /** All rounds with so many GETs under way. */
  record Rounds(int inFlight, List<Round> bridge, List<Round> bare) {}

  /** Lets the JVM compile what will be measured. */
  void warmUp(Project project) throws InterruptedException {
    Duration each = time.compareTo(WARM_UP) < 0 && rounds == 1 ? time : WARM_UP;
    measure(project, each, 1);
  }

  /**
   * @param project its budget says how many GETs are under way
   * @throws CommandFailure when nothing is answered
   */
  Rounds measure(Project project) throws InterruptedException {
    return measure(project, time, rounds);
  }

  private Rounds measure(Project project, Duration each, int times) throws InterruptedException {
    int inFlight = project.budget().concurrency();
    Rounds measured = new Rounds(inFlight, new ArrayList<>(), new ArrayList<>());
    String path = "/v1/" + project.ref().projectId() + "/jobs/";
    AtomicLong next = new AtomicLong();
    List<String> asked = new ArrayList<>();
    ClientSettings settings = ClientSettings.DEFAULTS.withConnections(inFlight);
    try (ImsClient client = new ImsClient(vertx, settings, InstantSource.system());
        BareLoad bare =
            new BareLoad(
                vertx,
                server,
                inFlight,
                () -> asked.get((int) (next.getAndIncrement() % asked.size())))) {
      PollBench bridge =
          new PollBench(
              client, project, policy(), jobs, () -> id(path, asked), InstantSource.system());
      // Opens the connections.
      bridge.run(Duration.ofMillis(200));
      bare.run(Duration.ofMillis(200));
      PollBench.Count before = bridge.run(Duration.ZERO);
      for (int i = 0; i < times; i++) {
        ProcessCost from = ProcessCost.now();
        PollBench.Count after = bridge.run(each);
        measured.bridge().add(round(after.since(before), ProcessCost.now().since(from)));
        before = after;
        from = ProcessCost.now();
        BareLoad.Count load = bare.run(each);
        measured.bare().add(new Round(load.gets(), load.bytes(), ProcessCost.now().since(from)));
      }
    }
    return measured;
  }

  private Round round(PollBench.Count count, ProcessCost cost) {
    // A few may fail on a busy machine; more make the figures worthless.
    if (count.answers() == 0 || count.others() * 100 > count.answers()) {
      throw CommandFailure.fault(
          "%s answers %d of %d GETs, which says nothing; the latest failure: %s"
              .formatted(
                  server,
                  count.answers(),
                  count.answers() + count.others(),
                  Screen.line(String.valueOf(count.trouble()))),
          null);
    }
    return new Round(count.answers(), count.bodyBytes(), cost);
  }

  // The bare load asks for the same jobs, so that its answers are as long.
  private String id(String path, List<String> asked) {
    String id = "%016x%016x".formatted(ids.nextLong(), ids.nextLong());
    if (asked.size() < jobs) {
      asked.add(path + id);
    } else {
      asked.set(ids.nextInt(jobs), path + id);
    }
    return id;
  }

  private static PollPolicy policy() {
    return PollPolicy.adaptive(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofMinutes(1));
  }
}
