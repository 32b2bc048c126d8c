package dev.imsbridge.cli;

import dev.imsbridge.terminal.Terminal;
import picocli.CommandLine.Command;

/** {@code imsbridge pause}: pauses the polling of a project. */
@Command(
    name = "pause",
    description = {
      "Pauses the polling of a project, on all instances, until it is resumed.",
      "Its watches stay open, and no job expires because of the pause."
    })
final class PauseCommand extends PollingCommand {
  PauseCommand(Terminal terminal) {
    super(terminal, true);
  }
}
