package dev.imsbridge.history.rebuild;

import dev.imsbridge.history.RecordCopier;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.ledger.OutputRecord.Target;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.util.EnumMap;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes recomputed records to topics with another prefix, in the partitions that the bridge would
 * choose. Owned by one thread. The first failure is thrown by the next call.
 */
public final class RebuildWriter implements AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final Map<Target, String> topics;
  private final Map<Target, Integer> partitions = new EnumMap<>(Target.class);
  private final RecordCopier copier;

  /**
   * @param producer closed with the writer; must be idempotent to keep the order
   * @param names the names of the target topics
   */
  public RebuildWriter(Producer<byte[], byte[]> producer, TopicNames names) {
    this.producer = producer;
    copier = new RecordCopier(producer);
    topics = outputs(names);
    topics.forEach((target, topic) -> partitions.put(target, producer.partitionsFor(topic).size()));
  }

  /** The topics that are recomputed. */
  public static Map<Target, String> outputs(TopicNames names) {
    Map<Target, String> outputs = new EnumMap<>(Target.class);
    outputs.put(Target.TRANSITIONS, names.transitions());
    outputs.put(Target.COMPLETIONS, names.completions());
    outputs.put(Target.STATUS, names.status());
    outputs.put(Target.AUDIT, names.audit());
    return outputs;
  }

  /**
   * Writes a record. Ignores records of other targets.
   *
   * @param inputPartition the partition of its input in the observations topic
   */
  void write(OutputRecord record, int inputPartition) {
    String topic = topics.get(record.target());
    if (topic == null) {
      return;
    }
    int partition =
        record.target() == Target.AUDIT
            ? inputPartition
            : RootPartition.ofKey(record.key(), partitions.get(record.target()));
    copier.write(
        new ProducerRecord<>(
            topic, partition, record.timestamp(), record.key(), record.value(), record.headers()));
  }

  /** Waits until all records are written. */
  void flush() {
    copier.flush();
  }

  @Override
  public void close() {
    producer.close();
  }
}
