package dev.imsbridge.history.letters;

import dev.imsbridge.history.TopicReader;
import java.time.Instant;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Selects dead letters.
 *
 * @param positions only these letters; empty for all
 * @param since only letters written at this time or later; null for all
 * @param until only letters written before this time; null for all
 * @param topic only letters whose source is on this topic; null for all
 */
public record LetterFilter(
    Set<LetterPosition> positions, Instant since, Instant until, String topic) {

  /** Selects these letters only. */
  public static LetterFilter of(Set<LetterPosition> positions) {
    return new LetterFilter(positions, null, null, null);
  }

  boolean wants(Letter letter) {
    return (positions.isEmpty() || positions.contains(letter.position()))
        && (since == null || !letter.writtenAt().isBefore(since))
        && (until == null || letter.writtenAt().isBefore(until))
        && (topic == null
            || (letter.cause().source() != null && topic.equals(letter.cause().source().topic())));
  }

  /**
   * Moves the reader to the first record that can be selected. The redrive marker of a letter has a
   * higher offset, so it is read too.
   */
  void start(TopicReader reader) {
    if (since != null) {
      reader.from(since, reader.partitions());
    }
    if (!positions.isEmpty()) {
      for (TopicPartition partition : reader.partitions()) {
        positions.stream()
            .filter(each -> each.partition() == partition.partition())
            .mapToLong(LetterPosition::offset)
            .min()
            .ifPresentOrElse(first -> reader.from(partition, first), () -> reader.leave(partition));
      }
    }
  }
}
