package dev.imsbridge.cli;

import dev.imsbridge.terminal.Terminal;
import picocli.CommandLine.Command;

/** {@code imsbridge resume}: resumes the polling of a project. */
@Command(
    name = "resume",
    description = {"Resumes the polling of a paused project, at the rate of its budget."})
final class ResumeCommand extends PollingCommand {
  ResumeCommand(Terminal terminal) {
    super(terminal, false);
  }
}
