package dev.imsbridge.cli;

import dev.imsbridge.topics.DeclaredTopic;
import dev.imsbridge.topics.DeclaredTopics;
import dev.imsbridge.topics.TopicPlan;
import dev.imsbridge.topics.TopicSettings;
import dev.imsbridge.topics.Topics;
import dev.imsbridge.wire.TopicNames;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/** The declared topics on the configured cluster. Used by one thread. */
final class TopicAccess {
  /** The largest event, and the headers that a replay adds: what is replayed has to fit. */
  static final int LARGEST_REPLAYED = 5 << 20;

  private static final Map<String, String> TARGET =
      Map.of(
          "cleanup.policy",
          "delete",
          "retention.ms",
          "-1",
          "retention.bytes",
          "-1",
          "max.message.bytes",
          Integer.toString(LARGEST_REPLAYED));

  private final KafkaAccess kafka;
  private final BridgeConfig config;

  TopicAccess(KafkaAccess kafka, BridgeConfig config) {
    this.kafka = kafka;
    this.config = config;
  }

  /**
   * Creates those of some topics that are missing, as they are declared but under other names.
   *
   * @param names under the prefix of {@code under}
   */
  void create(Collection<String> names, TopicNames under, int partitions)
      throws InterruptedException {
    DeclaredTopics declared =
        DeclaredTopics.bundled(
            new TopicSettings(
                under,
                OptionalInt.of(partitions),
                config.number(Keys.TOPICS_REPLICATION),
                config.number(Keys.TOPICS_MIN_ISR)));
    try (Admin admin = kafka.admin()) {
      kafka.reach(admin);
      new Topics(admin, declared, Set.of()).createMissing(names);
    }
  }

  /**
   * Creates a topic to replay another one into, unless it is there: with as many partitions, so
   * that keys go to those of the same number; kept for ever, since what is replayed is old already.
   *
   * @throws CommandFailure when the cluster cannot be reached or there is no source
   */
  void createTarget(String name, String source) throws InterruptedException {
    int partitions = kafka.partitions(List.of(source)).size();
    int replicas = config.number(Keys.TOPICS_REPLICATION).orElse(DeclaredTopic.CLUSTER_DEFAULT);
    SortedMap<String, String> settings = new TreeMap<>(TARGET);
    config
        .number(Keys.TOPICS_MIN_ISR)
        .ifPresent(least -> settings.put("min.insync.replicas", Integer.toString(least)));
    with(
        topics -> {
          topics.create(new DeclaredTopic(name, partitions, replicas, settings));
          return null;
        });
  }

  /**
   * Does something with the topics.
   *
   * @throws CommandFailure when the cluster does not answer
   */
  <T> T with(Function<Topics, T> task) throws InterruptedException {
    DeclaredTopics declared =
        DeclaredTopics.bundled(
            new TopicSettings(
                config.topics(),
                config.number(Keys.TOPICS_PARTITIONS),
                config.number(Keys.TOPICS_REPLICATION),
                config.number(Keys.TOPICS_MIN_ISR)));
    try (Admin admin = kafka.admin()) {
      kafka.reach(admin);
      return task.apply(new Topics(admin, declared, Set.copyOf(KafkaRights.changelogs(config))));
    }
  }

  /**
   * Creates what is missing, where that is wanted.
   *
   * @throws CommandFailure when the bridge must not run with the topics as they are
   */
  void prepare() throws InterruptedException {
    TopicPlan plan =
        with(
            topics ->
                config.getBoolean(Keys.TOPICS_CREATE)
                    ? topics.createMissing().left()
                    : topics.plan());
    TopicPlan obstacles = plan.obstacles();
    if (obstacles.drift()) {
      throw CommandFailure.fault(
          "cannot run with these topics: "
              + obstacles.text().lines().collect(Collectors.joining("; "))
              + "; see `imsbridge topics plan`",
          null);
    }
  }
}
