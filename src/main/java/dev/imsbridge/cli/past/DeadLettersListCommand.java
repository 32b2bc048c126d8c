package dev.imsbridge.cli.past;

import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.ListOptions;
import dev.imsbridge.cli.common.ProgressBar;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.letters.DeadLetters.Newest;
import dev.imsbridge.history.letters.LetterFilter;
import dev.imsbridge.history.letters.LetterJson;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.TopicNames;
import java.io.PrintStream;
import java.time.ZoneId;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code imsbridge dead-letters list}: prints the dead letters, one per line. */
@Command(
    name = "list",
    description = "Lists the records that the bridge could not use, the newest last.")
final class DeadLettersListCommand extends ConfiguredCommand {
  private static final int MAX_LIMIT = 100_000;

  @Mixin private LetterSpan span;
  @Mixin private ListOptions output;

  @Option(
      names = "--topic",
      paramLabel = "TOPIC",
      description = "Only records of this topic: requests or observations.")
  private String topic;

  @Option(
      names = "--limit",
      paramLabel = "NUMBER",
      defaultValue = "1000",
      description = "Only the newest. Default: ${DEFAULT-VALUE}.")
  private int limit;

  DeadLettersListCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw CommandFailure.usage("--limit: %s is not in 1..%s".formatted(limit, MAX_LIMIT));
    }
    BridgeConfig config = config();
    LetterFilter filter = span.filter(source(config.topics()));
    LetterTopic topics = LetterTopic.of(config);
    Newest newest;
    try (ProgressBar bar = new ProgressBar(terminal)) {
      newest = topics.letters().newest(filter, limit, bar::show);
    } catch (KafkaException e) {
      throw topics.unread(e);
    }
    print(newest);
    if (newest.leftOut() > 0) {
      terminal.say(
          "%s older letters are omitted: raise --limit, or use --until"
              .formatted(Columns.number(newest.leftOut())));
    }
    return 0;
  }

  /** Returns the topic with the prefix; null if none is given. */
  private String source(TopicNames topics) {
    if (topic == null) {
      return null;
    }
    return List.of(topics.requests(), topics.observations()).stream()
        .filter(each -> each.equals(topic) || each.equals(topics.prefix() + topic))
        .findFirst()
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "--topic: '%s' has no dead letters; write requests or observations"
                        .formatted(SafeText.line(topic))));
  }

  private void print(Newest newest) {
    PrintStream out = terminal.out();
    switch (output.form()) {
      case IDS -> newest.letters().forEach(each -> out.println(each.letter().position()));
      case JSON -> newest.letters().forEach(each -> out.println(LetterJson.of(each)));
      case TABLE -> {
        if (newest.letters().isEmpty()) {
          out.println("No dead letters.");
        } else {
          out.print(new LetterText(ZoneId.systemDefault()).table(newest.letters()));
        }
      }
    }
  }
}
