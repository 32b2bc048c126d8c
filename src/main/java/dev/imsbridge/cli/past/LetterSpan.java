package dev.imsbridge.cli.past;

import dev.imsbridge.cli.common.TimeText;
import dev.imsbridge.history.letters.LetterFilter;
import dev.imsbridge.terminal.CommandFailure;
import java.time.Instant;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options that select dead letters by the time at which they were written. */
final class LetterSpan {
  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only letters written from this time on: " + TimeText.FORM + ".")
  private Instant since;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Only letters written before this time.")
  private Instant until;

  boolean given() {
    return since != null || until != null;
  }

  /**
   * @param topic of the source; null for any
   * @throws CommandFailure if no letter can match
   */
  LetterFilter filter(String topic) {
    if (since != null && until != null && !since.isBefore(until)) {
      throw CommandFailure.usage("--until: not after --since, so there is nothing in between");
    }
    return new LetterFilter(Set.of(), since, until, topic);
  }
}
