package dev.imsbridge.cli;

import dev.imsbridge.cli.common.ConfigOptions;
import dev.imsbridge.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imsbridge pause}: pauses the polling of a project. */
@Command(
    name = "pause",
    description = {
      "Pauses the polling of a project, on all instances, until it is resumed.",
      "Its watches stay open, and no job expires because of the pause."
    })
final class PauseCommand implements Callable<Integer> {
  private final Terminal terminal;

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

  PauseCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    SentAction.polling(terminal, configuration.load(terminal.environment()), project, true, reason);
    return 0;
  }
}
