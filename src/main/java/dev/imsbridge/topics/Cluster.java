package dev.imsbridge.topics;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads, creates, extends and configures the topics of a cluster. Never deletes one.
 *
 * <p>A change that another instance made first is not an error. Each call blocks, limited by the
 * timeouts of the {@link Admin}, and throws {@link TopicAccessException} if the cluster rejects the
 * request or does not answer.
 */
final class Cluster {

  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

  /**
   * The maximum number of checks whether a change is visible on the brokers. The controller
   * acknowledges it earlier.
   */
  static final int MAX_CHECKS = 200;

  private static final int CHECK_INTERVAL_MS = 50;

  private static final Pattern UNKNOWN_SETTING =
      Pattern.compile("Unknown topic config name: (\\S+)");

  private final Admin admin;

  Cluster(Admin admin) {
    this.admin = admin;
  }

  /** Returns the existing topics among {@code names}, by name. */
  Map<String, ActualTopic> read(Collection<String> names) {
    var described = describe(names);
    var resources = described.keySet().stream().map(Cluster::resource).toList();
    var configs = admin.describeConfigs(resources).values();
    var topics = new HashMap<String, ActualTopic>();
    described.forEach(
        (name, description) -> {
          var config =
              get(
                  "read the configuration of",
                  name,
                  AclOperation.DESCRIBE_CONFIGS,
                  configs.get(resource(name)));
          topics.put(name, actual(description, config));
        });
    return topics;
  }

  /**
   * Creates a topic, unless it exists, and returns when all its partitions can be written. Omits
   * settings that this version of the broker does not know.
   */
  void create(DeclaredTopic topic) {
    var created =
        new NewTopic(topic.name(), topic.partitions(), (short) topic.replicas())
            .configs(topic.configs());
    try {
      get("create", topic.name(), AclOperation.CREATE, admin.createTopics(List.of(created)).all());
    } catch (TopicAccessException e) {
      var unknown = UNKNOWN_SETTING.matcher(String.valueOf(e.getCause().getMessage()));
      if (e.getCause() instanceof InvalidConfigurationException
          && unknown.find()
          && topic.configs().containsKey(unknown.group(1))) {
        LOG.info(
            "Kafka does not support the setting {}: creating {} without it",
            unknown.group(1),
            topic.name());
        create(topic.without(unknown.group(1)));
        return;
      }
      if (e.getCause() instanceof InvalidReplicationFactorException) {
        throw new TopicAccessException(
            "Kafka refused to create %s with topics.replication.factor %s: %s"
                .formatted(topic.name(), topic.replicas(), e.getCause().getMessage()),
            e.getCause());
      }
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
      LOG.debug("another client has created {} already", topic.name());
    }
    awaitLeaders(topic.name());
  }

  /** Adds partitions to a topic, unless it has this number already. */
  void grow(String topic, int partitions) {
    try {
      get(
          "add partitions to",
          topic,
          AclOperation.ALTER,
          admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(partitions))).all());
    } catch (TopicAccessException e) {
      if (!(e.getCause() instanceof InvalidPartitionsException)) {
        throw e;
      }
      LOG.debug("another client has added partitions to {} already", topic);
    }
  }

  void set(String topic, Map<String, String> configs) {
    var operations =
        configs.entrySet().stream()
            .map(
                config ->
                    new AlterConfigOp(
                        new ConfigEntry(config.getKey(), config.getValue()),
                        AlterConfigOp.OpType.SET))
            .toList();
    get(
        "set the configuration of",
        topic,
        AclOperation.ALTER_CONFIGS,
        admin.incrementalAlterConfigs(Map.of(resource(topic), operations)).all());
  }

  private Map<String, TopicDescription> describe(Collection<String> names) {
    var described = new HashMap<String, TopicDescription>();
    admin
        .describeTopics(names)
        .topicNameValues()
        .forEach(
            (name, future) -> {
              try {
                described.put(name, get("describe", name, AclOperation.DESCRIBE, future));
              } catch (TopicAccessException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                  throw e;
                }
              }
            });
    return described;
  }

  /**
   * Waits until the leader of every partition serves it. An elected leader is not enough: if it
   * rejects the first batch of a producer because it does not know its role yet, and accepts the
   * second batch, the producer retries the first one out of order until its delivery times out.
   */
  private void awaitLeaders(String topic) {
    for (var check = 0; check < MAX_CHECKS; check++) {
      var description = describe(List.of(topic)).get(topic);
      if (description != null
          && description.partitions().stream().allMatch(partition -> partition.leader() != null)
          && served(topic, description)) {
        return;
      }
      pause();
    }
    throw new TopicAccessException(
        "Kafka has created %s, but not all of its partitions have a leader".formatted(topic), null);
  }

  /** Whether each leader serves its partition. Brokers learn of a new topic at different times. */
  private boolean served(String topic, TopicDescription description) {
    Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
    description
        .partitions()
        .forEach(
            partition ->
                ends.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
    try {
      get("reach the leaders of", topic, AclOperation.DESCRIBE, admin.listOffsets(ends).all());
      return true;
    } catch (TopicAccessException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw e;
    }
  }

  static void pause() {
    try {
      Thread.sleep(CHECK_INTERVAL_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopicAccessException("interrupted while waiting for Kafka", e);
    }
  }

  private static ActualTopic actual(TopicDescription description, Config config) {
    var all = new TreeMap<String, String>();
    var overrides = new TreeMap<String, String>();
    for (var entry : config.entries()) {
      if (entry.value() != null) {
        all.put(entry.name(), entry.value());
        if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
          overrides.put(entry.name(), entry.value());
        }
      }
    }
    var partitions = description.partitions();
    var replicas = partitions.stream().mapToInt(each -> each.replicas().size()).min().orElseThrow();
    return new ActualTopic(description.name(), partitions.size(), replicas, all, overrides);
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private static <T> T get(
      String request, String topic, AclOperation needed, KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      var why =
          e.getCause() instanceof AuthorizationException
              ? "this user lacks %s on topic %s; see Rights in Kafka in docs/operations.md"
                  .formatted(needed, topic)
              : e.getCause().getMessage();
      throw new TopicAccessException(
          "Kafka did not %s %s: %s".formatted(request, topic, why), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopicAccessException(
          "interrupted while waiting for Kafka to %s %s".formatted(request, topic), e);
    }
  }
}
