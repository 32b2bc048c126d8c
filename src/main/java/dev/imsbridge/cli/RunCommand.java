package dev.imsbridge.cli;

import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.config.Ports;
import dev.imsbridge.service.Bridge;
import dev.imsbridge.service.Build;
import dev.imsbridge.service.Roles;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code imsbridge run}: runs the bridge until it is stopped. */
@Command(name = "run", description = "Runs the bridge until it is stopped.")
final class RunCommand extends ConfiguredCommand {
  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  @Option(
      names = "--only",
      paramLabel = "HALF",
      description = "Run only one role: poller or topology.")
  private String only;

  @Option(
      names = "--accept-log",
      paramLabel = "TOPIC-ID",
      description =
          "Continue with the observations topic of this id, although the state was "
              + "made from another topic, or from records that this topic has lost.")
  private Set<String> acceptedLogs = Set.of();

  RunCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    Roles roles = roles();
    BridgeConfig config = config();
    LOG.info("{} is starting", Build.current());
    terminal.run(
        true,
        parts -> {
          Bridge.Running bridge =
              parts.starting(() -> new Bridge(parts, config, roles, acceptedLogs).start());
          terminal
              .out()
              .printf(
                  "imsbridge ready, Kafka %s%s%n",
                  bridge.kafka().bootstrap(),
                  bridge.http() == null
                      ? ""
                      : ", HTTP "
                          + Ports.url(config.getString(Keys.HTTP_LISTEN), bridge.http().port()));
          parts.start("service", () -> (AutoCloseable) () -> LOG.info("stopping"));
          parts.awaitFault();
        });
    return 0;
  }

  private Roles roles() {
    if (only == null) {
      return Roles.ALL;
    }
    return switch (only) {
      case "poller" -> Roles.POLLER;
      case "topology" -> Roles.TOPOLOGY;
      default ->
          throw CommandFailure.usage("--only takes poller or topology, not " + SafeText.line(only));
    };
  }
}
