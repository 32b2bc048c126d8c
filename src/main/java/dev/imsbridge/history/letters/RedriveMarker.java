package dev.imsbridge.history.letters;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.LetterHeaders;
import dev.imsbridge.wire.TopicNames;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record on {@code dead-letters} that marks a letter as sent again. It is in the partition of the
 * letter and has an empty value.
 *
 * @param at when the letter was sent again
 * @param to the new request; null if the record does not name it
 */
public record RedriveMarker(LetterPosition letter, Instant at, Evidence to) {
  private static final byte[] NO_KEY = null;
  private static final byte[] EMPTY = {};

  /** Whether a record of {@code dead-letters} is a marker and no letter. */
  static boolean is(ConsumerRecord<byte[], byte[]> record) {
    return record.headers().lastHeader(LetterHeaders.REDRIVEN) != null;
  }

  /** Reads a marker; null if it names no letter of its partition. */
  static RedriveMarker read(ConsumerRecord<byte[], byte[]> record, TopicNames topics) {
    return LetterPosition.parse(HeaderNames.text(record.headers(), LetterHeaders.REDRIVEN))
        .filter(letter -> letter.partition() == record.partition())
        .map(
            letter ->
                new RedriveMarker(
                    letter,
                    Instant.ofEpochMilli(Math.max(0, record.timestamp())),
                    to(record, topics)))
        .orElse(null);
  }

  private static Evidence to(ConsumerRecord<byte[], byte[]> record, TopicNames topics) {
    return LetterPosition.parse(HeaderNames.text(record.headers(), LetterHeaders.REDRIVEN_TO))
        .map(to -> new Evidence(topics.requests(), to.partition(), to.offset()))
        .orElse(null);
  }

  /** Builds the record that marks the letter. */
  static ProducerRecord<byte[], byte[]> of(
      LetterPosition letter, LetterPosition request, TopicNames topics) {
    RecordHeaders headers = new RecordHeaders();
    HeaderNames.add(headers, LetterHeaders.REDRIVEN, letter);
    HeaderNames.add(headers, LetterHeaders.REDRIVEN_TO, request);
    return new ProducerRecord<>(topics.deadLetters(), letter.partition(), NO_KEY, EMPTY, headers);
  }
}
