package dev.imsbridge.history.letters;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JsonSize;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.LetterHeaders;
import dev.imsbridge.wire.Requests;
import dev.imsbridge.wire.TopicNames;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A dead letter, without its key and value.
 *
 * @param size the size of the value in bytes; -1 for a null value
 * @param redrivenFrom the earlier dead letter of the same request, as {@code
 *     dead-letters/PARTITION/OFFSET}; null if the request was not redriven
 * @param obstacle why the letter cannot be sent again; null if it can
 */
public record Letter(
    LetterPosition position,
    Instant writtenAt,
    Cause cause,
    int size,
    String redrivenFrom,
    String obstacle) {
  private static final int MAX_LENGTH = 1_000;
  private static final int MAX_TOPIC_NAME = 249;

  /**
   * Why the bridge wrote the letter.
   *
   * @param kind the class of the reason, as one word; {@code unknown} if the record names none
   * @param reason at most 1,000 characters
   * @param source the unusable record; null if the letter does not name it
   */
  public record Cause(String kind, String reason, Evidence source) {}

  /** Reads a record that is not a {@link RedriveMarker}. Never throws. */
  static Letter read(ConsumerRecord<byte[], byte[]> record, TopicNames topics) {
    Cause cause =
        new Cause(
            text(record, LetterHeaders.KIND, "unknown"),
            text(record, LetterHeaders.REASON, "the record names no reason"),
            source(record));
    return new Letter(
        new LetterPosition(record.partition(), record.offset()),
        Instant.ofEpochMilli(Math.max(0, record.timestamp())),
        cause,
        record.value() == null ? -1 : record.value().length,
        Requests.redrivenFrom(record.headers()),
        obstacle(record, cause.source(), topics));
  }

  private static String text(ConsumerRecord<byte[], byte[]> record, String header, String absent) {
    String text = HeaderNames.text(record.headers(), header);
    return text == null ? absent : JsonSize.cut(text, MAX_LENGTH);
  }

  private static Evidence source(ConsumerRecord<byte[], byte[]> record) {
    String topic = HeaderNames.text(record.headers(), LetterHeaders.TOPIC);
    String position =
        HeaderNames.text(record.headers(), LetterHeaders.PARTITION)
            + "/"
            + HeaderNames.text(record.headers(), LetterHeaders.OFFSET);
    return topic == null || topic.length() > MAX_TOPIC_NAME
        ? null
        : LetterPosition.parse(position)
            .map(at -> new Evidence(topic, at.partition(), at.offset()))
            .orElse(null);
  }

  private static String obstacle(
      ConsumerRecord<byte[], byte[]> record, Evidence source, TopicNames topics) {
    if (source == null) {
      return "it names no source, so the bridge did not write it";
    }
    if (!source.topic().equals(topics.requests())) {
      return "it comes from %s, and only records of %s can be sent again"
          .formatted(source.topic(), topics.requests());
    }
    String whole = HeaderNames.text(record.headers(), LetterHeaders.ORIGINAL_SIZE);
    if (whole != null) {
      return "its value was truncated: the letter has %s of %s bytes"
          .formatted(record.value() == null ? 0 : record.value().length, JsonSize.cut(whole, 20));
    }
    if (record.value() != null && record.value().length > Requests.MAX_BYTES) {
      return "its value has %s bytes; a request has at most %s"
          .formatted(record.value().length, Requests.MAX_BYTES);
    }
    // The record does not tell whether a key of the maximum size was longer.
    if (record.key() != null && record.key().length >= LetterHeaders.MAX_KEY) {
      return "its key may have been truncated to %s bytes".formatted(LetterHeaders.MAX_KEY);
    }
    return null;
  }
}
