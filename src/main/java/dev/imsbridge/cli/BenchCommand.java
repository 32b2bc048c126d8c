package dev.imsbridge.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code imsbridge bench}: measures the cost of polling, folding and replaying on this machine. */
@Command(
    name = "bench",
    description = "Measures polling, folding and replay: time, calls, memory, CPU.",
    synopsisSubcommandLabel = "COMMAND")
final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Creates the command with its subcommands. */
  static CommandLine line(Surroundings surroundings) {
    return new CommandLine(new BenchCommand())
        .addSubcommand(new BenchPollCommand(surroundings))
        .addSubcommand(new BenchPolicyCommand(surroundings))
        .addSubcommand(new BenchMemoryCommand(surroundings))
        .addSubcommand(new BenchTopologyCommand(surroundings))
        .addSubcommand(new BenchReplayCommand(surroundings));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "poll, policy, memory, topology or replay is missing");
  }
}
