package dev.imsbridge.service;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.history.replay.TopicSink;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.topics.DeclaredTopic;
import dev.imsbridge.topics.DeclaredTopics;
import dev.imsbridge.topics.TopicPlan;
import dev.imsbridge.topics.TopicSettings;
import dev.imsbridge.topics.Topics;
import dev.imsbridge.topology.BridgeTopology;
import dev.imsbridge.wire.TopicNames;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.TopicConfig;

/** Access to the declared topics on the configured cluster. Used by one thread. */
public final class TopicAccess {
  private static final Map<String, String> REPLAY_TARGET =
      Map.of(
          "cleanup.policy", "delete",
          "retention.ms", "-1",
          "retention.bytes", "-1",
          "message.timestamp.type", "CreateTime",
          "message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE),
          "max.message.bytes", Integer.toString(TopicSink.LARGEST_REPLAYED));

  private final KafkaAccess kafka;
  private final BridgeConfig config;

  public TopicAccess(KafkaAccess kafka, BridgeConfig config) {
    this.kafka = kafka;
    this.config = config;
  }

  /**
   * Creates missing topics as declared, but under another prefix.
   *
   * @param names topic names under the prefix of {@code under}
   * @throws CommandFailure if an existing topic would not keep its records as declared
   */
  public void create(Collection<String> names, TopicNames under, int partitions)
      throws InterruptedException {
    DeclaredTopics declared = declared(under, OptionalInt.of(partitions));
    TopicPlan obstacles;
    try (Admin admin = kafka.admin()) {
      kafka.checkReachable(admin);
      obstacles = new Topics(admin, declared, List.of()).createMissing(names);
    }
    if (obstacles.drift()) {
      throw CommandFailure.fault(
          "cannot write to these topics: %s; delete them, or choose another prefix"
              .formatted(obstacles.text().replace("\n", "; ")),
          null);
    }
  }

  /**
   * Creates the target of a replay, unless it exists. It has the partition count of the source, so
   * that keys keep their partition numbers. It keeps records forever: replayed records have old
   * timestamps and would soon be deleted.
   *
   * @throws CommandFailure if the cluster cannot be reached or the source does not exist
   */
  public void createTarget(String name, String source) throws InterruptedException {
    int partitions = kafka.partitions(List.of(source)).size();
    int replicas = config.number(Keys.TOPICS_REPLICATION).orElse(DeclaredTopic.CLUSTER_DEFAULT);
    SortedMap<String, String> settings = new TreeMap<>(REPLAY_TARGET);
    config
        .number(Keys.TOPICS_MIN_ISR)
        .ifPresent(least -> settings.put("min.insync.replicas", Integer.toString(least)));
    try (Admin admin = kafka.admin()) {
      topics(admin).create(new DeclaredTopic(name, partitions, replicas, settings));
    }
  }

  /**
   * Calls a function with the topics of the cluster, and returns its result.
   *
   * @throws CommandFailure if the cluster does not answer
   */
  public <T> T with(Function<Topics, T> task) throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      return task.apply(topics(admin));
    }
  }

  private Topics topics(Admin admin) throws InterruptedException {
    kafka.checkReachable(admin);
    return new Topics(
        admin, declared(config.topics(), config.number(Keys.TOPICS_PARTITIONS)), changelogs());
  }

  /** Returns the declared topics with the configured settings. Does not connect to Kafka. */
  public List<DeclaredTopic> declared() {
    return declared(config.topics(), config.number(Keys.TOPICS_PARTITIONS)).all();
  }

  private DeclaredTopics declared(TopicNames names, OptionalInt partitions) {
    return DeclaredTopics.bundled(
        new TopicSettings(
            names,
            partitions,
            config.number(Keys.TOPICS_REPLICATION),
            config.number(Keys.TOPICS_MIN_ISR),
            Optional.of(compression())));
  }

  /**
   * Returns the codec under its name in topic settings, where {@code none} is {@code uncompressed}.
   */
  private String compression() {
    String codec = config.getString(Keys.TOPICS_COMPRESSION);
    return codec.equals("none") ? "uncompressed" : codec;
  }

  private List<DeclaredTopic> changelogs() {
    SortedMap<String, String> settings = new TreeMap<>(BridgeTopology.CHANGELOG);
    // Compared, but not set when Kafka Streams creates the topic, because brokers before 3.6 do not
    // support it. A state change has the timestamp of its input, which may have any age.
    settings.put(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, Long.toString(Long.MAX_VALUE));
    return KafkaRights.changelogs(config).stream()
        .map(
            name ->
                new DeclaredTopic(
                    name, DeclaredTopic.CLUSTER_DEFAULT, DeclaredTopic.CLUSTER_DEFAULT, settings))
        .toList();
  }

  /**
   * Returns the differences that prevent a bridge from starting, except missing topics that it
   * would create.
   *
   * @param plan the plan for the existing topics
   */
  public TopicPlan obstacles(TopicPlan plan) {
    TopicPlan obstacles = plan.obstacles();
    return config.getBoolean(Keys.TOPICS_CREATE) ? obstacles.beyondMissing() : obstacles;
  }

  /**
   * Creates missing topics, if {@code topics.create} allows it.
   *
   * @return one line for each difference that weakens a guarantee
   * @throws CommandFailure if the bridge must not run with the topics as they are
   */
  public List<String> prepare(Admin admin) throws InterruptedException {
    Topics topics = topics(admin);
    TopicPlan plan =
        config.getBoolean(Keys.TOPICS_CREATE) ? topics.createMissing().left() : topics.plan();
    TopicPlan obstacles = obstacles(plan);
    if (obstacles.drift()) {
      throw CommandFailure.fault(
          "cannot run with these topics: %s; %s"
              .formatted(obstacles.text().replace("\n", "; "), cure(obstacles)),
          null);
    }
    return plan.warnings().drift() ? plan.warnings().text().lines().toList() : List.of();
  }

  /** Returns how to resolve these differences: the command that resolves or explains them. */
  public static String cure(TopicPlan plan) {
    return plan.incompatible()
        ? "see `imsbridge topics plan`"
        : "`imsbridge topics apply` creates and sets these topics";
  }
}
