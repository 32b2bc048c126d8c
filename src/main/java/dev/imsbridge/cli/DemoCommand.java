package dev.imsbridge.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.imsbridge.cli.common.EventText;
import dev.imsbridge.cli.jobs.NewRequest;
import dev.imsbridge.cli.jobs.SentRequests;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.history.EventTail;
import dev.imsbridge.service.Bridge;
import dev.imsbridge.service.BridgeHealth;
import dev.imsbridge.service.Roles;
import dev.imsbridge.service.ScratchDirectory;
import dev.imsbridge.simulator.ExpectedJob;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.Terminal;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code imsbridge demo}: runs Kafka, a simulated IMS and the bridge in this process, with sample
 * jobs.
 */
@Command(
    name = "demo",
    description =
        "Runs Kafka, a simulated IMS and the bridge in one process, with jobs of "
            + "each type, failures and sub-jobs. Requires nothing and leaves no files.",
    footer = {"", "Exit code 0: every job has its expected completion."})
final class DemoCommand implements Callable<Integer> {
  private static final Duration WAIT = Duration.ofMillis(100);

  /** How long the parts may take to start, and the jobs in addition to their own duration. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  private final Terminal terminal;

  @Option(
      names = "--speed",
      paramLabel = "FACTOR",
      defaultValue = "100",
      description = "Factor by which jobs run faster than in the cloud. Default: ${DEFAULT-VALUE}.")
  private double speed;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "Seed of the jobs and their outcomes. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = {"--stay", "--keep-running"},
      description =
          "Keep running after the demo until it is stopped. This is the default at a terminal.")
  private boolean stay;

  DemoCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    SimulatorOptions options = SimulatorCommand.options("127.0.0.1", 0, speed, seed);
    quietly();
    DemoReport[] report = new DemoReport[1];
    stay |= terminal.interactive();
    terminal.run(stay, parts -> report[0] = demo(parts, options));
    return report[0].complete() ? 0 : CommandFailure.FAULT;
  }

  /** Log lines of the parts would hide the output of the demo. */
  private static void quietly() {
    ((Logger) LoggerFactory.getLogger("dev.imsbridge")).setLevel(Level.WARN);
    ((Logger) LoggerFactory.getLogger("org.apache.kafka")).setLevel(Level.ERROR);
  }

  private DemoReport demo(Lifecycle parts, SimulatorOptions options) throws Exception {
    PrintStream out = terminal.out();
    out.printf(
        "Starting Kafka, a simulated IMS (%s times as fast), and the bridge ...%n", factor());
    ScratchDirectory scratch =
        parts.start(
            "scratch directory",
            () -> ScratchDirectory.create(terminal.environment(), "imsbridge-demo"));
    SimulatorServer simulator = parts.start("simulator", () -> SimulatorServer.start(options));
    BridgeConfig config = config(scratch.path(), simulator);
    Bridge.Running bridge = new Bridge(parts, config, Roles.ALL).start();
    awaitReady(parts, bridge.health());
    List<ExpectedJob> jobs = simulator.catalogue().demo();
    DemoReport report = new DemoReport(jobs, Palette.of(terminal));
    try (EventTail tail = bridge.kafka().tail(config.topics(), true, List.of())) {
      SentRequests.send(
          bridge.kafka(),
          config.topics().requests(),
          jobs.stream()
              .map(job -> NewRequest.parse(job.jobId(), Map.of("demo", "yes"), Map.of()))
              .toList(),
          null);
      out.printf("Requested %s jobs. Watch them at %s%n%n", jobs.size(), page(bridge));
      follow(parts, tail, report, System.nanoTime() + timeLimit(jobs).toNanos());
    }
    out.print(report.text());
    if (stay && report.complete()) {
      out.printf(
          "%nStill running, until it is stopped: page %s, Kafka %s, IMS %s%n",
          page(bridge), bridge.kafka().bootstrap(), simulator.uri());
      parts.awaitFault();
    }
    return report;
  }

  private static String page(Bridge.Running bridge) {
    return "http://127.0.0.1:" + bridge.http().port() + "/";
  }

  private String factor() {
    return speed == Math.rint(speed) ? Long.toString((long) speed) : Double.toString(speed);
  }

  private static Duration timeLimit(List<ExpectedJob> jobs) {
    return jobs.stream()
        .flatMap(ExpectedJob::tree)
        .map(ExpectedJob::duration)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO)
        .plus(MARGIN);
  }

  /** The demo must look the same on every machine, so it uses only its own settings. */
  private static BridgeConfig config(Path directory, SimulatorServer simulator) {
    return BridgeConfig.load(
        null,
        Map.of(),
        List.of(
            Keys.DATA_DIR + "=" + directory,
            Keys.EMBEDDED_PORT + "=0",
            Keys.IMS_ENDPOINT + "=" + simulator.uri(),
            Keys.IMS_PROJECT_ID + "=demo",
            Keys.IMS_AUTH + "=none",
            Keys.IMS_RATE + "=1000",
            Keys.IMS_BURST + "=200",
            Keys.POLL_POLICY + "=fixed",
            Keys.POLL_INTERVAL + "=100ms",
            Keys.HTTP_LISTEN + "=127.0.0.1:0"));
  }

  private static void awaitReady(Lifecycle parts, BridgeHealth health) throws InterruptedException {
    long until = System.nanoTime() + MARGIN.toNanos();
    while (!health.readyOrWait(WAIT)) {
      parts.check();
      if (System.nanoTime() > until) {
        throw CommandFailure.fault(
            "the bridge was not ready within %s s: %s"
                .formatted(MARGIN.toSeconds(), health.parts()),
            null);
      }
    }
  }

  private void follow(Lifecycle parts, EventTail tail, DemoReport report, long untilNanos) {
    EventText lines =
        new EventText(EventText.TIME.withZone(ZoneId.systemDefault()), Palette.of(terminal));
    while (!report.ended() && System.nanoTime() < untilNanos) {
      parts.check();
      tail.next(
          WAIT,
          (event, partition, offset) -> {
            report.add(event);
            terminal.out().println(lines.of(event));
          });
    }
  }
}
