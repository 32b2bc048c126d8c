package dev.imsbridge.cli.past;

import dev.imsbridge.cli.common.ConfiguredCommand;
import dev.imsbridge.cli.common.ProgressBar;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.history.letters.DeadLetters.Found;
import dev.imsbridge.history.letters.LetterJson;
import dev.imsbridge.history.letters.LetterPosition;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Terminal;
import java.time.ZoneId;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code imsbridge dead-letters show}: prints one dead letter. */
@Command(name = "show", description = "Prints a dead letter: reason, source, headers and value.")
final class DeadLettersShowCommand extends ConfiguredCommand {
  @Parameters(
      paramLabel = "PARTITION/OFFSET",
      description = "The letter, as `dead-letters list` names it.")
  private String letter;

  @Option(names = "--json", description = "Print JSON, with the whole value.")
  private boolean json;

  DeadLettersShowCommand(Terminal terminal) {
    super(terminal);
  }

  @Override
  public Integer call() throws Exception {
    LetterPosition position = LetterTopic.position(letter);
    BridgeConfig config = config();
    String topic = config.topics().deadLetters();
    LetterTopic letters = LetterTopic.of(config);
    Found found;
    try (ProgressBar bar = new ProgressBar(terminal)) {
      found =
          letters
              .letters()
              .find(position, bar::show)
              .orElseThrow(
                  () ->
                      CommandFailure.fault(
                          "%s has no letter at %s; it may be past its retention. `imsbridge dead-letters list` lists the letters"
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
