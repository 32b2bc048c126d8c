package dev.imsbridge.cli;

import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.ControlAction;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imsbridge log-level}: sets a log level of running instances. */
@Command(
    name = "log-level",
    description = {
      "Sets the level of a logger in the running instances.",
      "It holds until an instance is restarted."
    })
final class LogLevelCommand extends ControlCommand {
  @Parameters(
      paramLabel = "LOGGER",
      description = "dev.imsbridge, org.apache.kafka, or a logger below one of them.")
  private String logger;

  @Parameters(paramLabel = "LEVEL", description = "off, error, warn, info, debug or trace.")
  private String level;

  @Option(
      names = "--instance",
      paramLabel = "HOST:PORT",
      description = "Only this instance, as `status` names it. Default: all.")
  private String instance;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for the audit; at most 200 characters, no secrets.")
  private String reason;

  LogLevelCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    ControlAction.LogLevel change;
    try {
      change = new ControlAction.LogLevel(logger, level.toLowerCase(Locale.ROOT), instance);
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage(e.getMessage());
    }
    send(
        config(),
        change,
        reason,
        "level %s of %s".formatted(change.level(), change.logger()),
        "the level has no effect, because it applies to running instances only");
    return 0;
  }
}
