package dev.imsbridge.cli.past;

import dev.imsbridge.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code imsbridge audit}: verifies, follows and exports the bridge's decisions and their reasons.
 */
@Command(
    name = "audit",
    description = "Reads the audit: each decision of the bridge and its reason.",
    synopsisSubcommandLabel = "COMMAND")
public final class AuditCommand {
  /** Creates the command with its subcommands. */
  public static CommandLine line(Terminal terminal) {
    return new CommandLine(new AuditCommand())
        .addSubcommand(new AuditVerifyCommand(terminal))
        .addSubcommand(new AuditTailCommand(terminal))
        .addSubcommand(new AuditExportCommand(terminal));
  }
}
