package dev.imsbridge.history;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** Creates the topics and clients of a test. */
public final class TestCluster implements AutoCloseable {
  private final String bootstrap;
  private final Admin admin;

  public TestCluster(String bootstrap) {
    this.bootstrap = bootstrap;
    admin = Admin.create(settings(Map.of()));
  }

  public Admin admin() {
    return admin;
  }

  public Map<String, Object> settings(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", bootstrap);
    return settings;
  }

  /** Creates a topic without retention, and waits until each partition has a leader. */
  public void create(String topic, int partitions) throws Exception {
    Awaitility.await()
        .ignoreExceptions()
        .until(
            () -> {
              admin
                  .createTopics(
                      List.of(
                          new NewTopic(topic, partitions, (short) 1)
                              .configs(Map.of("retention.ms", "-1"))))
                  .all()
                  .get(30, TimeUnit.SECONDS);
              return true;
            });
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    IntStream.range(0, partitions)
        .forEach(i -> ends.put(new TopicPartition(topic, i), OffsetSpec.latest()));
    Awaitility.await()
        .ignoreExceptions()
        .until(() -> admin.listOffsets(ends).all().get(30, TimeUnit.SECONDS) != null);
  }

  public KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        settings(TopicReader.CONSUMER), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  public KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    return new KafkaProducer<>(
        settings(more), new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public void close() {
    admin.close();
  }
}
