package dev.imsbridge.bench.poll;

import dev.imsbridge.bench.common.Benchmark;
import dev.imsbridge.bench.common.ChildProcess;
import dev.imsbridge.bench.common.Report;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.Secret;
import dev.imsbridge.service.ImsAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge bench poll}: measures the poll rate and the CPU time per GET. */
@Command(
    name = "poll",
    description =
        "Measures the rate of GETs and the CPU time per GET of the bridge's poller without Kafka, "
            + "and of a bare load generator, against a simulator in another process.")
public final class BenchPollCommand extends Benchmark {
  private static final double SPEED = 5;

  @Option(
      names = "--in-flight",
      paramLabel = "NUMBER",
      split = ",",
      defaultValue = "1,16,64,256",
      description = "GETs in flight. Default: ${DEFAULT-VALUE}.")
  private List<Integer> inFlight;

  @Option(
      names = "--seconds",
      paramLabel = "NUMBER",
      defaultValue = "2",
      description = "Seconds per round. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--rounds",
      paramLabel = "NUMBER",
      defaultValue = "5",
      description = "Number of rounds; the result is their median. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warm-up",
      paramLabel = "NUMBER",
      defaultValue = "150000",
      description = "GETs before the measurement, at least. Default: ${DEFAULT-VALUE}.")
  private long warmUp;

  @Option(
      names = "--jobs",
      paramLabel = "NUMBER",
      defaultValue = "10000",
      description = "Open jobs, polled one after the other. Default: ${DEFAULT-VALUE}.")
  private int jobs;

  @Option(
      names = "--auth",
      paramLabel = "KIND",
      defaultValue = "aksk",
      description = "aksk: sign each GET; none. Default: ${DEFAULT-VALUE}.")
  private String auth;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "A running simulator. Default: start one.")
  private String url;

  public BenchPollCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  protected Report measure(Lifecycle parts) throws Exception {
    check();
    Credentials credentials = credentials();
    URI server = URI.create(url != null ? url : simulator(parts).address());
    PollMeasurement measurement =
        new PollMeasurement(ImsAccess.vertx(parts), server, credentials, jobs);
    measurement.warmUp(warmUp);
    Duration time = Duration.ofMillis(Math.round(seconds * 1000));
    List<PollReport.Row> rows = new ArrayList<>();
    for (int each : inFlight) {
      rows.add(measurement.measure(each, time, rounds));
    }
    return new PollReport(method(server), rows);
  }

  private static ChildProcess simulator(Lifecycle parts) throws Exception {
    return parts.start(
        "simulator",
        () -> ChildProcess.start("simulator", "--port", "0", "--speed", Double.toString(SPEED)));
  }

  private String method(URI server) {
    return ("Medians of %s rounds of %s s, after a warm-up. %s open jobs, polled in turn; auth %s."
            + " CPU is that of the whole process: schedule, signing, HTTP, parsing, JIT"
            + " compilation, garbage collection. Bare: the same HTTP client, which discards the"
            + " answers; its rounds alternate with the bridge's. Simulator at %s; %s")
        .formatted(rounds, Report.plain(seconds), jobs, auth, server, Report.machine());
  }

  private void check() {
    boolean sensible = inFlight.stream().allMatch(each -> each >= 1 && each <= 10_000);
    if (!sensible) {
      throw CommandFailure.usage("--in-flight: numbers of 1 to 10000, such as 1,64");
    }
    check("--seconds", seconds, 0.05, 600);
    check("--rounds", rounds, 1, 1000);
    check("--jobs", jobs, 1, 1_000_000);
    if (url != null) {
      try {
        Endpoint.of(url);
      } catch (IllegalArgumentException e) {
        throw CommandFailure.usage("--url: " + e.getMessage());
      }
    }
  }

  private Credentials credentials() {
    return switch (auth) {
      case "none" -> new Credentials.None();
      // Dummy key: a simulator that does not check signatures accepts any.
      case "aksk" -> new Credentials.AccessKey("AccessKey", Secret.of("SecretKey"), null);
      default ->
          throw CommandFailure.usage("--auth takes aksk or none, not " + SafeText.line(auth));
    };
  }
}
