package dev.imsbridge.job;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The words for statuses and outcomes that every filter accepts, in any case. A filter of statuses
 * also accepts the outcomes {@code SUCCEEDED} and {@code FAILED}, and a filter of outcomes the
 * statuses {@code SUCCESS} and {@code FAIL}.
 */
public final class StatusWords {
  private static final List<JobStatus> ENDS =
      Arrays.stream(JobStatus.values()).filter(JobStatus::terminal).toList();

  /** The words of a filter of statuses, for messages. */
  public static final String STATUSES =
      words(Stream.concat(Stream.of(JobStatus.values()), Stream.of(JobOutcome.values())));

  /** The words of a filter of outcomes, for messages. */
  public static final String OUTCOMES =
      words(Stream.concat(Stream.of(JobOutcome.values()), ENDS.stream()));

  private StatusWords() {}

  private static String words(Stream<? extends Enum<?>> all) {
    return all.map(Enum::name).distinct().collect(Collectors.joining(", "));
  }

  /** Parses a status; empty if the word is none of {@link #STATUSES}. */
  public static Optional<JobStatus> status(String word) {
    return Arrays.stream(JobStatus.values())
        .filter(
            status ->
                names(status, word) || (status.terminal() && names(JobOutcome.of(status), word)))
        .findFirst();
  }

  /** Parses an outcome; empty if the word is none of {@link #OUTCOMES}. */
  public static Optional<JobOutcome> outcome(String word) {
    return status(word).filter(JobStatus::terminal).map(JobOutcome::of);
  }

  private static boolean names(Enum<?> value, String word) {
    return value.name().equals(word.toUpperCase(Locale.ROOT));
  }
}
