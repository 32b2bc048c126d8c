package dev.imsbridge.cli.past;

import dev.imsbridge.cli.common.ConfigOptions;
import dev.imsbridge.cli.common.ProgressBar;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.letters.DeadLetters.Found;
import dev.imsbridge.history.letters.LetterJson;
import dev.imsbridge.history.letters.LetterPosition;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Terminal;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imsbridge dead-letters show}: prints one dead letter. */
@Command(name = "show", description = "Prints a dead letter: reason, source, headers and value.")
final class DeadLettersShowCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private ConfigOptions configuration;

  @Parameters(
      paramLabel = "PARTITION/OFFSET",
      description = "The letter, as `dead-letters list` names it.")
  private String letter;

  @Option(names = "--json", description = "Print JSON, with the whole value.")
  private boolean json;

  DeadLettersShowCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    LetterPosition position = LetterTopic.position(letter);
    BridgeConfig config = configuration.load(terminal.environment());
    String topic = config.topics().deadLetters();
    LetterTopic letters = LetterTopic.of(config);
    Found found;
    try (ProgressBar bar = ProgressBar.of(terminal)) {
      found =
          letters
              .letters()
              .find(position, bar::show)
              .orElseThrow(
                  () ->
                      CommandFailure.fault(
                          "%s has no letter at %s, or no longer; `imsbridge dead-letters list` lists them"
                              .formatted(topic, position),
                          null));
    } catch (KafkaException e) {
      throw letters.unread(e);
    }
    terminal
        .out()
        .print(
            json
                ? LetterJson.of(found).toPrettyString() + "\n"
                : new LetterText(ZoneId.systemDefault()).whole(found));
    return 0;
  }
}
