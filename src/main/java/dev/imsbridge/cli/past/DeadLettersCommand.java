package dev.imsbridge.cli.past;

import dev.imsbridge.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code imsbridge dead-letters}: lists and shows dead letters, and sends requests again. */
@Command(
    name = "dead-letters",
    description = "Reads the records that the bridge could not use, and sends requests again.",
    synopsisSubcommandLabel = "COMMAND")
public final class DeadLettersCommand {
  /** Creates the command with its subcommands. */
  public static CommandLine line(Terminal terminal) {
    return new CommandLine(new DeadLettersCommand())
        .addSubcommand(new DeadLettersListCommand(terminal))
        .addSubcommand(new DeadLettersShowCommand(terminal))
        .addSubcommand(new DeadLettersRedriveCommand(terminal));
  }
}
