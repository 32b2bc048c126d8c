package dev.imsbridge.cli;

import dev.imsbridge.terminal.Terminal;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code imsbridge audit}: verifies, follows and exports the bridge's decisions and their reasons.
 */
@Command(
    name = "audit",
    description = "Reads the audit: each decision of the bridge and its reason.",
    synopsisSubcommandLabel = "COMMAND")
final class AuditCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Creates the command with its subcommands. */
  static CommandLine line(Terminal terminal) {
    return new CommandLine(new AuditCommand())
        .addSubcommand(new AuditVerifyCommand(terminal))
        .addSubcommand(new AuditTailCommand(terminal))
        .addSubcommand(new AuditExportCommand(terminal));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "verify, tail or export is missing");
  }
}
