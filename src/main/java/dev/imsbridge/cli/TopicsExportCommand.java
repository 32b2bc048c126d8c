package dev.imsbridge.cli;

import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.service.TopicAccess;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.topics.StrimziText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code imsbridge topics export}: prints the declared topics for other tools. */
@Command(
    name = "export",
    description = "Prints the declared topics as resources of Strimzi. Needs no Kafka.")
final class TopicsExportCommand extends ConfiguredCommand {
  @Option(
      names = "--format",
      required = true,
      paramLabel = "strimzi",
      description = "Format of the output: a KafkaTopic for each topic.")
  private Format format;

  @Mixin private StrimziCluster cluster;

  private enum Format {
    strimzi
  }

  TopicsExportCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() {
    BridgeConfig config = config();
    TopicAccess topics = new TopicAccess(KafkaAccess.of(config), config);
    terminal
        .out()
        .println(
            switch (format) {
              case strimzi -> StrimziText.topics(topics.declared(), cluster.name());
            });
    return 0;
  }
}
