package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.EvidenceRecord.Availability;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.Requests;
import dev.imsbridge.wire.TopicNames;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Fetches the records on which events are based. An event's reference is not trusted: only records
 * of the bridge's observations and requests topics are read, and only those of the requested tree.
 * The key of an observation is the root job's id. A request names its job in its value and may have
 * any key. A request without a value cancels the request for the job in its key.
 *
 * <p>One call returns at most {@link #MAX_RECORDS} records and {@link #MAX_BYTES} of bodies. The
 * first record is returned even if it is larger. For the omitted records the call returns only the
 * positions.
 *
 * <p>Thread-safe: each call uses a separate consumer.
 */
public final class EvidenceReader {
  static final int MAX_RECORDS = 1_000;
  static final int MAX_BYTES = 4 << 20;

  private final Supplier<? extends Consumer<byte[], byte[]>> consumers;
  private final TopicNames topics;

  /**
   * @param consumers creates consumers with {@link TopicReader#CONSUMER}
   */
  public EvidenceReader(Supplier<? extends Consumer<byte[], byte[]>> consumers, TopicNames topics) {
    this.consumers = consumers;
    this.topics = topics;
  }

  /** Reads the records, in the order of the positions. */
  public List<EvidenceRecord> read(String rootJobId, Collection<Evidence> positions) {
    return read(rootJobId, positions, progress -> {});
  }

  /**
   * Reads the records, in the order of the positions.
   *
   * @param progress called before and during each read; an exception from it ends the call
   */
  public List<EvidenceRecord> read(
      String rootJobId,
      Collection<Evidence> positions,
      java.util.function.Consumer<TopicReader.Progress> progress) {
    Map<Evidence, EvidenceRecord> found = new HashMap<>();
    long bytes = 0;
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      List<TopicPartition> existing =
          List.of(topics.observations(), topics.requests()).stream()
              .flatMap(topic -> TopicReader.partitions(consumer, topic).stream())
              .filter(it -> positions.stream().anyMatch(each -> partition(each).equals(it)))
              .toList();
      if (!existing.isEmpty()) {
        TopicReader reader = TopicReader.open(consumer, existing);
        existing.forEach(reader::leave);
        for (Evidence position : positions) {
          progress.accept(reader.progress());
          if (found.size() >= MAX_RECORDS || bytes > MAX_BYTES) {
            found.put(position, EvidenceRecord.unread(position, Availability.OMITTED));
          } else if (existing.contains(partition(position))) {
            ConsumerRecord<byte[], byte[]> record = read(reader, position, progress);
            if (record != null && belongsTo(record, rootJobId)) {
              bytes += record.value() == null ? 0 : record.value().length;
              boolean fits = bytes <= MAX_BYTES || found.isEmpty();
              found.put(
                  position,
                  fits
                      ? EvidenceRecord.of(position, record)
                      : EvidenceRecord.unread(position, Availability.OMITTED));
            }
          }
        }
      }
    }
    return positions.stream()
        .map(each -> found.getOrDefault(each, EvidenceRecord.unread(each, Availability.GONE)))
        .toList();
  }

  private boolean belongsTo(ConsumerRecord<byte[], byte[]> record, String rootJobId) {
    boolean request = record.topic().equals(topics.requests());
    return (request && record.value() != null)
        ? Requests.names(record.value(), rootJobId)
        : Arrays.equals(record.key(), rootJobId.getBytes(UTF_8));
  }

  private static ConsumerRecord<byte[], byte[]> read(
      TopicReader reader,
      Evidence position,
      java.util.function.Consumer<TopicReader.Progress> progress) {
    TopicPartition partition = partition(position);
    if (position.offset() < reader.begin(partition)) {
      return null;
    }
    reader.from(partition, position.offset());
    while (!reader.done()) {
      List<ConsumerRecord<byte[], byte[]>> records = reader.next();
      progress.accept(reader.progress());
      if (!records.isEmpty()) {
        reader.leave(partition);
        return records.get(0).offset() == position.offset() ? records.get(0) : null;
      }
    }
    return null;
  }

  private static TopicPartition partition(Evidence position) {
    return new TopicPartition(position.topic(), position.partition());
  }
}
