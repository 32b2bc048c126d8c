package dev.imsbridge.cli;

import dev.imsbridge.cli.common.ConfigOptions;
import dev.imsbridge.cli.common.ListOptions;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.TopicAccess;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.topics.DeclaredTopic;
import dev.imsbridge.topics.Difference;
import dev.imsbridge.topics.TopicPlan;
import dev.imsbridge.topics.Topics;
import dev.imsbridge.topics.Topics.Applied;
import dev.imsbridge.topics.TopicsDescription;
import java.io.PrintStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code imsbridge topics}: compares the cluster's topics with their declarations, and prints
 * topics and rights for the tools that create them.
 */
@Command(
    name = "topics",
    description = "Compares the topics of a cluster with their declarations.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Exit code 3: the topics differ from their declarations."})
final class TopicsCommand {
  static final int DRIFT = 3;

  private final Terminal terminal;

  TopicsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /** Returns the command with its subcommands. */
  static CommandLine line(Terminal terminal) {
    return new CommandLine(new TopicsCommand(terminal))
        .addSubcommand(new TopicsExportCommand(terminal))
        .addSubcommand(new TopicsAclsCommand(terminal));
  }

  @Command(
      name = "plan",
      description = {
        "Prints the differences, and changes nothing.",
        "! marks a difference that prevents `run` from starting, + a missing topic, ~ a difference "
            + "that `apply` fixes, = one that `apply` does not change."
      })
  int plan(@Mixin ConfigOptions configuration) throws InterruptedException {
    TopicPlan plan = access(configuration).with(Topics::plan);
    terminal.out().println(plan.text());
    return code(plan);
  }

  @Command(
      name = "apply",
      description =
          "Creates missing topics and changes settings; never deletes or shrinks a topic.")
  int apply(@Mixin ConfigOptions configuration) throws InterruptedException {
    Applied applied = access(configuration).with(Topics::apply);
    for (Difference difference : applied.done()) {
      terminal.out().println("done: " + difference.topic() + ": " + difference.text());
    }
    terminal.out().println(applied.left().text());
    return code(applied.left());
  }

  @Command(name = "describe", description = "Prints the topics of the cluster.")
  int describe(@Mixin ConfigOptions configuration, @Mixin ListOptions output)
      throws InterruptedException {
    return access(configuration)
        .with(
            topics -> {
              describe(topics.describe(), output.form());
              return code(topics.plan());
            });
  }

  private void describe(TopicsDescription topics, ListOptions.Form form) {
    PrintStream out = terminal.out();
    switch (form) {
      case TABLE -> out.println(topics.text());
      case JSON -> topics.json().forEach(out::println);
      case IDS -> topics.declared().stream().map(DeclaredTopic::name).forEach(out::println);
    }
  }

  private TopicAccess access(ConfigOptions configuration) {
    BridgeConfig config = configuration.load(terminal.environment());
    return new TopicAccess(KafkaAccess.of(config), config);
  }

  private static int code(TopicPlan plan) {
    return plan.drift() ? DRIFT : 0;
  }
}
