package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;

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
 * Fetches single records that events rest on. Only from the bridge's own observations and requests,
 * and only records of the tree that is asked about: what an event names is not trusted with more.
 * The key of an observation is the root job's id. A request names its job in its value and may have
 * any key; without a value it takes back the request for the job in its key.
 *
 * <p>One call returns at most {@link #MOST_RECORDS} records and, beyond the first, {@link
 * #MOST_BYTES} of bodies. It returns the positions of the others.
 *
 * <p>Thread-safe: each call has a consumer of its own.
 */
public final class EvidenceReader {
  static final int MOST_RECORDS = 1_000;
  static final int MOST_BYTES = 4 << 20;

  private final Supplier<? extends Consumer<byte[], byte[]>> consumers;
  private final TopicNames topics;

  /**
   * @param consumers makes one with {@link TopicReader#CONSUMER}
   */
  public EvidenceReader(Supplier<? extends Consumer<byte[], byte[]>> consumers, TopicNames topics) {
    this.consumers = consumers;
    this.topics = topics;
  }

  /** Reads the records, in the order they are asked for. */
  public List<ObservedBody> read(String rootJobId, Collection<Evidence> positions) {
    return read(rootJobId, positions, progress -> {});
  }

  /**
   * @param progress told before each record; what it throws ends the reading
   */
  public List<ObservedBody> read(
      String rootJobId,
      Collection<Evidence> positions,
      java.util.function.Consumer<TopicReader.Progress> progress) {
    Map<Evidence, ObservedBody> found = new HashMap<>();
    long bytes = 0;
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      List<TopicPartition> there =
          List.of(topics.observations(), topics.requests()).stream()
              .flatMap(topic -> TopicReader.partitions(consumer, topic).stream())
              .filter(it -> positions.stream().anyMatch(each -> partition(each).equals(it)))
              .toList();
      if (!there.isEmpty()) {
        TopicReader reader = TopicReader.open(consumer, there);
        there.forEach(reader::leave);
        for (Evidence position : positions) {
          progress.accept(reader.progress());
          if (found.size() >= MOST_RECORDS || bytes > MOST_BYTES) {
            found.put(position, ObservedBody.leftOut(position));
          } else if (there.contains(partition(position))) {
            ConsumerRecord<byte[], byte[]> record = read(reader, position, progress);
            if (record != null && about(record, rootJobId)) {
              bytes += record.value() == null ? 0 : record.value().length;
              boolean fits = bytes <= MOST_BYTES || found.isEmpty();
              found.put(
                  position,
                  fits ? ObservedBody.of(position, record) : ObservedBody.leftOut(position));
            }
          }
        }
      }
    }
    return positions.stream()
        .map(each -> found.getOrDefault(each, ObservedBody.gone(each)))
        .toList();
  }

  private boolean about(ConsumerRecord<byte[], byte[]> record, String rootJobId) {
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
