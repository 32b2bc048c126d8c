package dev.imsbridge.cli;

import dev.imsbridge.simulator.AccessKey;
import dev.imsbridge.simulator.SimulatorAuth;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Terminal;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge simulator}: runs only the simulated IMS. */
@Command(
    name = "simulator",
    description =
        "Runs a simulated IMS until it is stopped. By default it accepts all credentials and knows "
            + "every job id.",
    footer = {
      "",
      "Injects faults on request. Example: 503 for a third of the requests for 1 min:",
      "  curl -X PUT -d '[{\"type\":\"unavailable\",\"probability\":0.33,\"for\":\"PT1M\"}]' \\",
      "    http://127.0.0.1:8090/simulator/faults",
      "DELETE on the same path removes all faults. Types: "
          + "throttled, rate-limit, internal-error, bad-gateway, unavailable, "
          + "gateway-timeout, slow-headers, slow-body, truncated-body, "
          + "oversized-body, broken-json, reset, unauthorized, token-expired, "
          + "auth-400, query-failed, not-found, wrong-path, redirect, gzip-bomb, "
          + "stale, contradiction, unknown-status, other-job, quirks."
    })
final class SimulatorCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on. Default: ${DEFAULT-VALUE}.")
  private String host;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      defaultValue = "8090",
      description = "Port; 0 selects a free port. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(
      names = "--speed",
      paramLabel = "FACTOR",
      defaultValue = "1",
      description = "Factor by which jobs run faster than in the cloud. Default: ${DEFAULT-VALUE}.")
  private double speed;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description =
          "Random seed. The seed and the job id determine how a job runs. "
              + "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Answer 401 to GETs without this X-Auth-Token. May be repeated. The IAM endpoint then "
              + "issues no tokens.")
  private List<String> tokens = List.of();

  @Option(
      names = "--key",
      paramLabel = "ACCESS:SECRET",
      description =
          "Answer 401 to GETs that are not signed with this access key. May be repeated, and "
              + "combined with --token.")
  private List<String> keys = List.of();

  @Option(
      names = "--unknown",
      paramLabel = "PATTERN",
      description =
          "Answer 404 to GETs of job ids that match the pattern, where * is any number of "
              + "characters. May be repeated. Jobs created by POST /simulator/jobs are known.")
  private List<String> unknownPatterns = List.of();

  SimulatorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    SimulatorOptions options = withRestrictions(options(host, port, speed, seed));
    // Only a signal ends this command, so a signal is success.
    terminal.run(
        true,
        parts -> {
          SimulatorServer simulator =
              parts.start("simulator", () -> SimulatorServer.start(options));
          terminal.out().println("simulator ready " + simulator.uri());
          parts.awaitFault();
        });
    return 0;
  }

  private SimulatorOptions withRestrictions(SimulatorOptions options) {
    try {
      return options
          .withAuth(
              SimulatorAuth.only(tokens, keys.stream().map(SimulatorCommand::accessKey).toList()))
          .withUnknown(unknownPatterns);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }

  private static AccessKey accessKey(String text) {
    int colon = text.indexOf(':');
    if (colon < 1 || colon == text.length() - 1) {
      throw new IllegalArgumentException("--key must be ACCESS:SECRET, separated by a colon");
    }
    return AccessKey.permanent(text.substring(0, colon), text.substring(colon + 1));
  }

  /**
   * @throws CommandFailure if an option is out of range
   */
  static SimulatorOptions options(String host, int port, double speed, long seed) {
    try {
      return SimulatorOptions.defaults()
          .withHost(host)
          .withPort(port)
          .withSpeed(speed)
          .withSeed(seed);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
  }
}
