package dev.imsbridge.bench.bridges;

import dev.imsbridge.bench.bridges.RestoreReport.Start;
import dev.imsbridge.bench.common.BrokerBenchmark;
import dev.imsbridge.bench.common.Report;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.ConfiguredProjects;
import dev.imsbridge.config.Keys;
import dev.imsbridge.service.ImsAccess;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.TopicAccess;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Terminal;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge bench restore}: measures starts and takeovers of bridges with much state. */
@Command(
    name = "restore",
    description =
        "Measures, for a bridge that knows many jobs: the time until it is ready again after a stop,"
            + " a kill and the loss of its local state; its memory; and the time until a second"
            + " bridge takes over after a kill. Starts a Kafka. Needs a JDK.")
public final class BenchRestoreCommand extends BrokerBenchmark {
  /** The settings that docs/operations.md recommends for a fast takeover. */
  static final List<String> FAST_TAKEOVER =
      List.of(
          "kafka.consumer.session.timeout.ms=3500",
          "kafka.consumer.heartbeat.interval.ms=1000",
          "kafka.streams.main.consumer.session.timeout.ms=3500",
          "kafka.streams.main.consumer.heartbeat.interval.ms=1000",
          "kafka.streams.producer.transaction.timeout.ms=5000");

  private static final int POLLS_PER_SECOND = 500;

  @Option(
      names = "--jobs",
      paramLabel = "NUMBER",
      defaultValue = "200000",
      description = "Known jobs. Default: ${DEFAULT-VALUE}.")
  private int jobs;

  @Option(
      names = "--watches",
      paramLabel = "NUMBER",
      defaultValue = "10000",
      description = "How many of them are open and watched. Default: ${DEFAULT-VALUE}.")
  private int watches;

  @Option(
      names = "--rounds",
      paramLabel = "NUMBER",
      defaultValue = "3",
      description = "Starts of each kind; the result is their median. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--heap",
      paramLabel = "SIZE",
      defaultValue = "1g",
      description = "Heap of each bridge, in the form of -Xmx. Default: ${DEFAULT-VALUE}.")
  private String heap;

  @Option(
      names = "--takeovers",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Whether to measure takeovers. Default: ${DEFAULT-VALUE}.")
  private boolean takeovers;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of the bridges; may be repeated. For example"
              + " kafka.streams.enable.transactional.statestores=false")
  private List<String> settings = List.of();

  public BenchRestoreCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected void check() {
    check("--jobs", jobs, 1_000, 100_000_000);
    check("--watches", watches, 100, jobs);
    check("--rounds", rounds, 1, 100);
    checkHeap(heap);
  }

  @Override
  protected Report measure(Lifecycle parts, BridgeConfig config, Supplier<Duration> brokerCpu)
      throws Exception {
    KafkaAccess kafka = KafkaAccess.of(config);
    try (Admin admin = kafka.admin()) {
      new TopicAccess(kafka, config).prepare(admin);
    }
    KnownJobs known =
        new KnownJobs(
            kafka,
            config.topics(),
            config.applicationId(),
            new ConfiguredProjects(config).all().get(0).ref(),
            partitions,
            jobs,
            watches);
    Vertx vertx = ImsAccess.vertx(parts);
    Takeover.Polls ofFirst = new Takeover.Polls(known);
    Takeover.Polls ofSecond = new Takeover.Polls(known);
    BridgeChild first = bridge(parts, vertx, config, "first", ofFirst);
    known.write();
    long begin = System.nanoTime();
    first.start(List.of());
    known.awaitFolded();
    Duration knownAfter = Duration.ofNanos(System.nanoTime() - begin);
    progress("all jobs are known", knownAfter);
    List<Start> starts = new ArrayList<>();
    starts.add(starts("after an orderly stop", first, first::stop));
    starts.add(starts("after kill -9", first, first::kill));
    starts.add(
        starts(
            "after kill -9, local state lost",
            first,
            () -> {
              first.kill();
              first.wipe();
            }));
    first.stop();
    List<RestoreReport.Move> moves = new ArrayList<>();
    if (takeovers) {
      BridgeChild second = bridge(parts, vertx, config, "second", ofSecond);
      Takeover takeover = new Takeover(kafka, known, config.topics().transitions());
      for (boolean fast : new boolean[] {false, true}) {
        for (int standbys : new int[] {0, 1}) {
          List<String> more = new ArrayList<>(fast ? FAST_TAKEOVER : List.of());
          more.add(Keys.STANDBY_REPLICAS + "=" + standbys);
          first.start(more);
          second.wipe();
          second.start(more);
          if (standbys > 0) {
            second.awaitCopies(partitions);
          }
          Takeover.Taken taken = takeover.measure(first, ofFirst, ofSecond, moves.size());
          progress("folded", taken.folded());
          progress("polled", taken.polled());
          second.stop();
          moves.add(RestoreReport.Move.of(fast ? "fast takeover" : "defaults", standbys, taken));
        }
      }
    }
    return new RestoreReport(method(), jobs, watches, knownAfter.toMillis(), starts, moves);
  }

  private String method() {
    return ("Medians of starts (%s of each kind), one takeover of each kind; %s partitions. A start"
            + " is the time from the new process until /readyz is 200: all state is restored, all"
            + " watches are read. Heap: used after a full collection, of -Xmx%s. Each bridge and"
            + " Kafka have their own process; IMS is a stub in this one. A takeover is the time"
            + " from kill -9 of one of two bridges until the last of its partitions is polled, and"
            + " until an answer that was written to each partition at the kill can be read as a"
            + " transition. The second bridge starts without local state. Fast takeover: %s."
            + " Settings: %s. %s")
        .formatted(
            rounds,
            partitions,
            heap,
            String.join(", ", FAST_TAKEOVER),
            settings.isEmpty() ? "defaults" : String.join(", ", settings),
            Report.machine());
  }

  private BridgeChild bridge(
      Lifecycle parts, Vertx vertx, BridgeConfig config, String name, Takeover.Polls polls)
      throws Exception {
    ImsStub ims = parts.start("IMS", () -> new ImsStub(vertx, polls::polled));
    List<String> all = new ArrayList<>(given(config));
    all.add(Keys.IMS_ENDPOINT + "=" + ims.url());
    all.add(Keys.IMS_RATE + "=" + 4 * POLLS_PER_SECOND);
    // Enough time for all watches, so that a takeover does not wait behind overdue polls.
    all.add(Keys.POLL_POLICY + "=fixed");
    all.add(Keys.POLL_INTERVAL + "=" + Math.max(2, watches / POLLS_PER_SECOND) + "s");
    all.addAll(settings);
    Path directory = config.dataDirectory().resolve(name);
    return parts.start("bridge", () -> new BridgeChild(directory, heap, all));
  }

  /** The measurement takes minutes, so standard error has a line for each step. */
  private void progress(String step, Duration time) {
    terminal.err().println(Report.format("%s: %.1f s", step, time.toMillis() / 1e3));
  }

  /** Ends a bridge. */
  private interface Ending {
    void end() throws Exception;
  }

  private Start starts(String name, BridgeChild bridge, Ending ending) throws Exception {
    List<Duration> times = new ArrayList<>();
    RunningJvm.Use use = null;
    for (int i = 0; i < rounds; i++) {
      ending.end();
      times.add(bridge.start(List.of()));
      progress("ready " + name, times.get(i));
      use = bridge.use();
    }
    return Start.of(name, times, use, bridge.stateBytes());
  }
}
