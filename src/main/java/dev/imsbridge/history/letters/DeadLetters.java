package dev.imsbridge.history.letters;

import dev.imsbridge.history.TopicReader;
import dev.imsbridge.wire.TopicNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the dead letters up to the current end of their topic. Thread-safe: each call uses a
 * separate consumer and blocks. Throws the exceptions of the Kafka consumer.
 */
public final class DeadLetters {
  private final Supplier<? extends Consumer<byte[], byte[]>> consumers;
  private final TopicNames topics;

  /**
   * A dead letter and its state.
   *
   * @param redriven the record that marks it as sent again; null if it was not
   */
  public record Listed(Letter letter, RedriveMarker redriven) {}

  /**
   * The newest letters.
   *
   * @param letters oldest first, by the time they were written
   * @param leftOut the number of older letters that were selected but omitted
   */
  public record Newest(List<Listed> letters, long leftOut) {}

  /** A dead letter with its content. */
  public record Found(Listed listed, ConsumerRecord<byte[], byte[]> record) {}

  /**
   * @param consumers creates consumers with {@link TopicReader#CONSUMER}
   */
  public DeadLetters(Supplier<? extends Consumer<byte[], byte[]>> consumers, TopicNames topics) {
    this.consumers = consumers;
    this.topics = topics;
  }

  /**
   * Lists the newest of the selected letters.
   *
   * @param limit the maximum number of letters
   * @param progress called periodically
   */
  public Newest newest(
      LetterFilter filter, int limit, java.util.function.Consumer<TopicReader.Progress> progress) {
    Comparator<Letter> age =
        Comparator.comparing(Letter::writtenAt).thenComparing(Letter::position);
    PriorityQueue<Letter> newest = new PriorityQueue<>(age);
    Map<LetterPosition, RedriveMarker> markers = new HashMap<>();
    long[] leftOut = new long[1];
    scan(
        filter,
        (letter, record) -> {
          newest.add(letter);
          if (newest.size() > limit) {
            newest.remove();
            leftOut[0]++;
          }
        },
        marker -> markers.put(marker.letter(), marker),
        progress);
    List<Letter> sorted = new ArrayList<>(newest);
    sorted.sort(age);
    return new Newest(
        sorted.stream().map(letter -> new Listed(letter, markers.get(letter.position()))).toList(),
        leftOut[0]);
  }

  /** Finds a letter; empty if no letter is at the position, or it is no longer retained. */
  public Optional<Found> find(
      LetterPosition position, java.util.function.Consumer<TopicReader.Progress> progress) {
    Map<Letter, ConsumerRecord<byte[], byte[]>> found = new HashMap<>();
    RedriveMarker[] redriven = new RedriveMarker[1];
    scan(
        LetterFilter.of(Set.of(position)),
        found::put,
        marker -> redriven[0] = marker.letter().equals(position) ? marker : redriven[0],
        progress);
    return found.entrySet().stream()
        .map(each -> new Found(new Listed(each.getKey(), redriven[0]), each.getValue()))
        .findFirst();
  }

  /** Reads the selected letters, and all markers after the first of them. */
  void scan(
      LetterFilter filter,
      BiConsumer<Letter, ConsumerRecord<byte[], byte[]>> letters,
      java.util.function.Consumer<RedriveMarker> markers,
      java.util.function.Consumer<TopicReader.Progress> progress) {
    try (TopicReader reader = TopicReader.ofTopics(consumers.get(), topics.deadLetters())) {
      filter.start(reader);
      while (!reader.done()) {
        for (ConsumerRecord<byte[], byte[]> record : reader.next()) {
          if (RedriveMarker.is(record)) {
            RedriveMarker marker = RedriveMarker.read(record, topics);
            if (marker != null) {
              markers.accept(marker);
            }
          } else {
            Letter letter = Letter.read(record, topics);
            if (filter.wants(letter)) {
              letters.accept(letter, record);
            }
          }
        }
        progress.accept(reader.progress());
      }
    }
  }
}
