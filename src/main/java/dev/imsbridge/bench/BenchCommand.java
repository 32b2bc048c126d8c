package dev.imsbridge.bench;

import dev.imsbridge.bench.bridges.BenchRestoreCommand;
import dev.imsbridge.bench.bridges.BenchSoakCommand;
import dev.imsbridge.bench.poll.BenchMemoryCommand;
import dev.imsbridge.bench.poll.BenchPolicyCommand;
import dev.imsbridge.bench.poll.BenchPollCommand;
import dev.imsbridge.bench.replay.BenchReplayCommand;
import dev.imsbridge.bench.topology.BenchLatencyCommand;
import dev.imsbridge.bench.topology.BenchTopologyCommand;
import dev.imsbridge.terminal.Terminal;
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
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Creates the command with its subcommands. */
  public static CommandLine line(Terminal terminal) {
    return new CommandLine(new BenchCommand())
        .addSubcommand(new BenchPollCommand(terminal))
        .addSubcommand(new BenchPolicyCommand(terminal))
        .addSubcommand(new BenchMemoryCommand(terminal))
        .addSubcommand(new BenchTopologyCommand(terminal))
        .addSubcommand(new BenchLatencyCommand(terminal))
        .addSubcommand(new BenchRestoreCommand(terminal))
        .addSubcommand(new BenchSoakCommand(terminal))
        .addSubcommand(new BenchReplayCommand(terminal));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "poll, policy, memory, topology, latency, restore, soak or replay is missing");
  }
}
