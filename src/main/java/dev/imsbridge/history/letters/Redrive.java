package dev.imsbridge.history.letters;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.OpenTransactions;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.Requests;
import dev.imsbridge.wire.TopicNames;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Sends refused requests again, each dead letter exactly once.
 *
 * <p>The request and a {@link RedriveMarker} are written in one transaction. All redrives of a
 * prefix use the same transactional id, so the start of one fences the others and aborts their
 * transaction. The markers are read after that, and after every transaction that was open on the
 * topic has ended, because a read_committed consumer does not see a marker after the start of an
 * open transaction. Owned by one thread.
 */
public final class Redrive {
  // Bounds the memory and the duration of a transaction: a request has at most 64 KiB.
  private static final int LETTERS_AT_ONCE = 100;

  // An open transaction of a killed command delays the bridge and other readers of both topics.
  private static final int TRANSACTION_TIMEOUT_MS = 20_000;

  private final Producer<byte[], byte[]> producer;
  private final Admin admin;
  private final DeadLetters letters;
  private final TopicNames topics;

  /** The outcome for a selected letter. */
  public sealed interface Outcome {
    LetterPosition letter();
  }

  /**
   * The letter was sent again.
   *
   * @param to the new request
   */
  public record Sent(LetterPosition letter, Evidence to) implements Outcome {}

  /** The letter was sent again earlier. Nothing was written. */
  public record SentEarlier(LetterPosition letter, RedriveMarker marker) implements Outcome {}

  /**
   * The letter is a request that was sent again before and refused again. Nothing was written.
   *
   * @param from the earlier dead letter of the same request, as {@code
   *     dead-letters/PARTITION/OFFSET}
   */
  public record RefusedAgain(LetterPosition letter, String from) implements Outcome {}

  /** The letter cannot be sent again. Nothing was written. */
  public record Refused(LetterPosition letter, String reason) implements Outcome {}

  /** The settings of the producer, without serializers and brokers. */
  public static Map<String, Object> producer(TopicNames topics) {
    return Map.of(
        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
        topics.redriveTransactions(),
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
        TRANSACTION_TIMEOUT_MS);
  }

  /**
   * @param producer created with {@link #producer}; not closed
   */
  public Redrive(
      Producer<byte[], byte[]> producer, Admin admin, DeadLetters letters, TopicNames topics) {
    this.producer = producer;
    this.admin = admin;
    this.letters = letters;
    this.topics = topics;
  }

  /**
   * Sends the selected letters again. Blocks; waits at most about 90 s for open transactions.
   *
   * @param refusedAgain whether to send letters that were sent again before and refused again
   * @param outcomes receives the outcome of each letter; the outcome of a sent letter follows the
   *     commit of its transaction
   * @throws org.apache.kafka.common.errors.ProducerFencedException if another redrive starts
   *     meanwhile; letters without an outcome were not sent
   */
  public void run(
      LetterFilter filter,
      boolean refusedAgain,
      Consumer<Outcome> outcomes,
      Consumer<TopicReader.Progress> progress) {
    producer.initTransactions();
    OpenTransactions.awaitEnd(
        admin,
        producer.partitionsFor(topics.deadLetters()).stream()
            .map(each -> new TopicPartition(each.topic(), each.partition()))
            .toList(),
        InstantSource.system());
    Map<LetterPosition, RedriveMarker> markers = new HashMap<>();
    letters.scan(
        filter,
        (letter, record) -> {},
        marker -> markers.putIfAbsent(marker.letter(), marker),
        progress);
    Set<LetterPosition> missing = new TreeSet<>(filter.positions());
    Map<LetterPosition, ConsumerRecord<byte[], byte[]>> batch = new LinkedHashMap<>();
    letters.scan(
        filter,
        (letter, record) -> {
          missing.remove(letter.position());
          RedriveMarker marker = markers.get(letter.position());
          if (marker != null) {
            outcomes.accept(new SentEarlier(letter.position(), marker));
          } else if (letter.obstacle() != null) {
            outcomes.accept(new Refused(letter.position(), letter.obstacle()));
          } else if (letter.redrivenFrom() != null && !refusedAgain) {
            outcomes.accept(new RefusedAgain(letter.position(), letter.redrivenFrom()));
          } else {
            batch.put(letter.position(), record);
            if (batch.size() == LETTERS_AT_ONCE) {
              send(batch).forEach(outcomes);
              batch.clear();
            }
          }
        },
        marker -> {},
        progress);
    if (!batch.isEmpty()) {
      send(batch).forEach(outcomes);
    }
    missing.forEach(
        position ->
            outcomes.accept(
                new Refused(
                    position,
                    "%s has no letter at this position; it may be past its retention"
                        .formatted(topics.deadLetters()))));
  }

  private List<Outcome> send(Map<LetterPosition, ConsumerRecord<byte[], byte[]>> batch) {
    producer.beginTransaction();
    try {
      Map<LetterPosition, Future<RecordMetadata>> sent = new HashMap<>();
      batch.forEach((letter, record) -> sent.put(letter, producer.send(request(letter, record))));
      producer.flush();
      List<Outcome> outcomes = new ArrayList<>();
      for (LetterPosition letter : batch.keySet()) {
        RecordMetadata at = OpenTransactions.get(sent.get(letter));
        LetterPosition to = new LetterPosition(at.partition(), at.offset());
        var unused = producer.send(RedriveMarker.of(letter, to, topics));
        outcomes.add(new Sent(letter, new Evidence(at.topic(), at.partition(), at.offset())));
      }
      // Fails if one of the markers could not be written.
      producer.commitTransaction();
      return outcomes;
    } catch (KafkaException e) {
      throw abort(e);
    }
  }

  /** Aborts the transaction. If that fails too, the next redrive or the broker aborts it. */
  private KafkaException abort(KafkaException cause) {
    try {
      producer.abortTransaction();
    } catch (KafkaException | IllegalStateException e) {
      if (e != cause) {
        cause.addSuppressed(e);
      }
    }
    return cause;
  }

  /**
   * Builds the request with its original partition, because its producer may have chosen the
   * partition.
   */
  private ProducerRecord<byte[], byte[]> request(
      LetterPosition letter, ConsumerRecord<byte[], byte[]> record) {
    int partition = Letter.read(record, topics).cause().source().partition();
    boolean exists = partition < producer.partitionsFor(topics.requests()).size();
    RecordHeaders headers = new RecordHeaders();
    Requests.copyHeaders(record.headers(), headers);
    headers.remove(HeaderNames.REDRIVEN_FROM);
    headers.add(HeaderNames.REDRIVEN_FROM, ("dead-letters/" + letter).getBytes(UTF_8));
    return new ProducerRecord<>(
        topics.requests(), exists ? partition : null, record.key(), record.value(), headers);
  }
}
