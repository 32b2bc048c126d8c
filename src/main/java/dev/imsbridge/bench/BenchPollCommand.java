package dev.imsbridge.bench;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.Project;
import dev.imsbridge.ims.Secret;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.service.ImsAccess;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge bench poll}: measures the poll rate and the CPU time per GET. */
@Command(
    name = "poll",
    description =
        "Measures GETs a second and CPU per GET of the bridge's own way of asking, without "
            + "Kafka, beside those of a bare load generator, against a simulator in another "
            + "process.")
final class BenchPollCommand implements Callable<Integer> {
  private static final double SPEED = 5;
  private static final int WARM_UP_IN_FLIGHT = 64;
  private static final int MOST_CALLS = 10_000_000;

  private final Terminal terminal;

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
      description = "Least number of GETs before the measurement. Default: ${DEFAULT-VALUE}.")
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

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  BenchPollCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    check();
    Credentials credentials = credentials();
    terminal.run(
        false,
        parts -> {
          URI server = url != null ? URI.create(url) : URI.create(simulator(parts).address());
          Vertx vertx = ImsAccess.vertx(parts);
          PollMeasurement measurement = new PollMeasurement(vertx, server, seconds(), rounds, jobs);
          PollReport report = new PollReport(server, auth, seconds, rounds, jobs);
          measurement.warmUp(project(server, credentials, WARM_UP_IN_FLIGHT), warmUp);
          for (int each : inFlight) {
            report.add(measurement.measure(project(server, credentials, each)));
          }
          terminal.out().print(json ? report.json() : report.text());
        });
    return 0;
  }

  private static OwnProcess simulator(Lifecycle parts) throws Exception {
    return parts.start(
        "simulator",
        () -> OwnProcess.start("simulator", "--port", "0", "--speed", Double.toString(SPEED)));
  }

  private Duration seconds() {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  private void check() {
    boolean sensible = inFlight.stream().allMatch(each -> each >= 1 && each <= 10_000);
    if (!sensible) {
      throw CommandFailure.usage("--in-flight: numbers of 1 to 10000, such as 1,64");
    }
    if (!(seconds >= 0.05 && seconds <= 600)) {
      throw CommandFailure.usage("--seconds: 0.05 to 600");
    }
    if (rounds < 1 || rounds > 1000) {
      throw CommandFailure.usage("--rounds: 1 to 1000");
    }
    if (jobs < 1 || jobs > 1_000_000) {
      throw CommandFailure.usage("--jobs: 1 to 1000000");
    }
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

  private static Project project(URI server, Credentials credentials, int inFlight) {
    return new Project(
        "bench",
        new ProjectRef("local", "0123456789abcdef0123456789abcdef"),
        Endpoint.of(server.toString()),
        credentials,
        new BudgetSettings(MOST_CALLS, MOST_CALLS, inFlight));
  }
}
