package dev.imsbridge.history.letters;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The position of a dead letter on its topic. Its text is {@code PARTITION/OFFSET}. */
public record LetterPosition(int partition, long offset) implements Comparable<LetterPosition> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})/(\\d{1,18})");

  /** Reads the text; empty if it has another form. */
  public static Optional<LetterPosition> parse(String text) {
    Matcher parts = FORM.matcher(text == null ? "" : text.strip());
    return parts.matches()
        ? Optional.of(
            new LetterPosition(Integer.parseInt(parts.group(1)), Long.parseLong(parts.group(2))))
        : Optional.empty();
  }

  @Override
  public int compareTo(LetterPosition other) {
    return Comparator.comparingInt(LetterPosition::partition)
        .thenComparingLong(LetterPosition::offset)
        .compare(this, other);
  }

  @Override
  public String toString() {
    return partition + "/" + offset;
  }
}
