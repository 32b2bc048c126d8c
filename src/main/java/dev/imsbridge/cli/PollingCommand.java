package dev.imsbridge.cli;

import dev.imsbridge.cli.common.ConfigOptions;
import dev.imsbridge.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that pauses or resumes the polling of a project. */
abstract class PollingCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final boolean paused;

  @Mixin private ConfigOptions configuration;

  @Parameters(
      paramLabel = "PROJECT",
      description = "Name or id of a configured project; default for the one under ims.")
  private String project;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for the status and the audit; at most 200 characters, no secrets.")
  private String reason;

  PollingCommand(Terminal terminal, boolean paused) {
    this.terminal = terminal;
    this.paused = paused;
  }

  @Override
  public final Integer call() throws Exception {
    SentAction.polling(
        terminal, configuration.load(terminal.environment()), project, paused, reason);
    return 0;
  }
}
