package dev.imsbridge.service;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.KafkaClient;
import dev.imsbridge.config.Keys;
import dev.imsbridge.history.EventLayout;
import dev.imsbridge.history.EventTail;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.wire.TopicNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Creates Kafka clients from the configuration, and describes failures in one line. Unless the
 * configuration sets other timeouts, the clients give up after 10 to 20 s. Immutable and
 * thread-safe. The caller closes the clients.
 */
public final class KafkaAccess {
  private static final int TIMEOUT_MS = 10_000;
  private static final int TOPIC_CHECK_INTERVAL_MS = 200;

  private final BridgeConfig config;
  private final String bootstrap;

  KafkaAccess(BridgeConfig config, String bootstrap) {
    this.config = config;
    this.bootstrap = bootstrap;
  }

  /** Uses the configured brokers, or the embedded broker of a bridge on this machine. */
  public static KafkaAccess of(BridgeConfig config) {
    NativeLibraries.ofCommand(config.dataDirectory())
        .load(NativeLibraries.codecs(config.compressionTypes()));
    return new KafkaAccess(
        config,
        config
            .text(Keys.KAFKA_BOOTSTRAP)
            .orElseGet(() -> "127.0.0.1:" + config.getInt(Keys.EMBEDDED_PORT)));
  }

  public String bootstrap() {
    return bootstrap;
  }

  /** Returns the settings of a client of this kind. */
  Map<String, Object> settings(KafkaClient kind) {
    Map<String, Object> settings = new HashMap<>(config.client(kind));
    settings.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    return settings;
  }

  public Admin admin() {
    Map<String, Object> settings = settings(KafkaClient.ADMIN);
    settings.putIfAbsent(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    settings.putIfAbsent(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS / 2);
    return create(() -> new BoundedAdmin(settings));
  }

  public KafkaProducer<byte[], byte[]> producer() {
    return producer(Map.of());
  }

  /**
   * @param defaults apply where the configuration sets no other value
   */
  public KafkaProducer<byte[], byte[]> producer(Map<String, Object> defaults) {
    Map<String, Object> settings = settings(KafkaClient.PRODUCER);
    defaults.forEach(settings::putIfAbsent);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, TIMEOUT_MS);
    settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    settings.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * TIMEOUT_MS);
    return create(
        () -> new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  public KafkaConsumer<byte[], byte[]> consumer() {
    return consumer(Map.of());
  }

  /**
   * @param defaults apply where the configuration sets no other value
   */
  public KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> defaults) {
    return consumer(defaults, IsolationLevel.READ_COMMITTED);
  }

  private KafkaConsumer<byte[], byte[]> consumer(
      Map<String, Object> defaults, IsolationLevel isolation) {
    Map<String, Object> settings = settings(KafkaClient.CONSUMER);
    defaults.forEach(settings::putIfAbsent);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.toString());
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MS);
    return create(
        () ->
            new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  /**
   * Returns a reader that follows the published events.
   *
   * @param fromBeginning whether to read all retained events, or only new ones
   * @param past root jobs whose completions are always read from the beginning
   * @throws CommandFailure if the cluster cannot be reached or a topic does not exist
   */
  public EventTail tail(TopicNames topics, boolean fromBeginning, Collection<String> past)
      throws InterruptedException {
    Map<String, Long> widths =
        partitions(List.of(topics.transitions(), topics.completions())).stream()
            .collect(Collectors.groupingBy(TopicPartition::topic, Collectors.counting()));
    EventLayout layout =
        new EventLayout(
            topics,
            widths.get(topics.transitions()).intValue(),
            widths.get(topics.completions()).intValue());
    long[] from = new long[layout.size()];
    Arrays.fill(from, fromBeginning ? EventTail.BEGINNING : EventTail.END);
    past.forEach(id -> from[layout.completionOf(id)] = EventTail.BEGINNING);
    return EventTail.from(layout, isolation -> consumer(Map.of(), isolation), from, unused -> {});
  }

  // A client that cannot be created has invalid settings; the cause names them.
  private static <T> T create(Supplier<T> client) {
    try {
      return client.get();
    } catch (KafkaException e) {
      throw CommandFailure.usage("kafka.*: " + SafeText.reason(e));
    }
  }

  /**
   * Checks that the cluster answers.
   *
   * @throws CommandFailure if it does not
   */
  void checkReachable(Admin admin) throws InterruptedException {
    try {
      admin.describeCluster().clusterId().get(2 * TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw unreachable(e.getCause());
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
  }

  /**
   * Returns the partitions of each topic.
   *
   * @throws CommandFailure if the cluster cannot be reached or a topic does not exist
   */
  public List<TopicPartition> partitions(Collection<String> topics) throws InterruptedException {
    try (Admin admin = admin()) {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : topics) {
        described(topic, admin)
            .orElseThrow(() -> missing(topic))
            .partitions()
            .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
      }
      return partitions;
    }
  }

  /**
   * Waits until the topics exist, for at most about 10 s, because a starting bridge creates them
   * only after Kafka answers.
   *
   * @throws CommandFailure if the cluster cannot be reached or a topic does not exist
   */
  public void awaitTopics(Collection<String> topics) throws InterruptedException {
    long start = System.nanoTime();
    try (Admin admin = admin()) {
      for (String topic : topics) {
        while (described(topic, admin).isEmpty()) {
          if (System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MS)) {
            throw missing(topic);
          }
          TimeUnit.MILLISECONDS.sleep(TOPIC_CHECK_INTERVAL_MS);
        }
      }
    }
  }

  private CommandFailure missing(String topic) {
    String remedy =
        topic.startsWith(config.topics().prefix())
            ? ": wait until `imsbridge run` prints `imsbridge ready`, or create it with `imsbridge topics apply`"
            : "";
    return CommandFailure.fault("%s has no topic %s%s".formatted(bootstrap, topic, remedy), null);
  }

  /**
   * Returns the id of a topic, which changes if the topic is recreated; empty if it does not exist.
   *
   * @throws CommandFailure if the cluster cannot be reached
   */
  public Optional<String> topicId(String topic) throws InterruptedException {
    try (Admin admin = admin()) {
      return described(topic, admin).map(found -> found.topicId().toString());
    }
  }

  private Optional<TopicDescription> described(String topic, Admin admin)
      throws InterruptedException {
    KafkaFuture<TopicDescription> description =
        admin.describeTopics(List.of(topic)).topicNameValues().get(topic);
    try {
      return Optional.of(description.get(TIMEOUT_MS, TimeUnit.MILLISECONDS));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException
          || e.getCause() instanceof InvalidTopicException) {
        return Optional.empty();
      }
      throw refused(
          e.getCause(), KafkaRefusal.onTopic(AclOperation.DESCRIBE, topic), AclOperation.DESCRIBE);
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
  }

  /**
   * Returns the failure to report if a request about topics failed: a missing right, or no
   * connection.
   */
  public CommandFailure unreachable(Throwable cause) {
    return refused(cause, "DESCRIBE on a topic", AclOperation.READ);
  }

  /** Returns an object that explains why this cluster rejects requests. */
  public KafkaRefusal refusal() {
    return new KafkaRefusal(bootstrap, config.applicationId());
  }

  /**
   * Returns why an operation on the cluster failed, in one line.
   *
   * @param tried the operation on each topic
   */
  public String reason(Throwable failure, Function<String, AclOperation> tried) {
    return refusal()
        .in(failure, "DESCRIBE on a topic", tried)
        .orElseGet(() -> SafeText.reason(failure));
  }

  /**
   * Adds the topic to the failure of a producer. If a producer has no WRITE right on any topic,
   * Kafka rejects it without naming a topic.
   */
  public static Throwable named(Throwable failure, String topic) {
    return SafeText.root(failure) instanceof ClusterAuthorizationException
        ? new TopicAuthorizationException(Set.of(topic))
        : failure;
  }

  private CommandFailure refused(Throwable cause, String unnamed, AclOperation tried) {
    String cure =
        config.embedded()
            ? "start `imsbridge run`, or set kafka.bootstrap.servers"
            : "check kafka.bootstrap.servers and kafka.security.protocol";
    String unanswered =
        "no Kafka at %s (%s): %s".formatted(bootstrap, SafeText.reason(cause), cure);
    return CommandFailure.fault(
        refusal().in(cause, unnamed, each -> tried).orElse(unanswered), cause);
  }
}
