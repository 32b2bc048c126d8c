package dev.imsbridge.service;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.wire.TopicNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * Detects another program in the consumer groups of a bridge, such as a bridge with another prefix
 * but the same {@code application.id}. Members that subscribe to different topics rebalance
 * endlessly, and each takes over the state and the transactions of the other.
 */
public final class GroupCheck {
  public static final String SUBJECT = "groups";

  private final KafkaAccess kafka;
  private final String applicationId;
  private final Map<String, Set<String>> topicsByGroup = new LinkedHashMap<>();

  public GroupCheck(KafkaAccess kafka, BridgeConfig config) {
    this.kafka = kafka;
    applicationId = config.applicationId();
    TopicNames topics = config.topics();
    topicsByGroup.put(
        applicationId, Set.of(topics.requests(), topics.observations(), topics.watches()));
    topicsByGroup.put(topics.pollerGroup(), Set.of(topics.watches()));
  }

  /**
   * Checks that no other program uses the groups.
   *
   * @throws CommandFailure if the cluster cannot be reached
   */
  public Finding check(Admin admin) throws InterruptedException {
    try {
      for (Map.Entry<String, Set<String>> each : topicsByGroup.entrySet()) {
        Set<String> foreign = topicsOf(admin, each.getKey());
        foreign.removeAll(each.getValue());
        if (!foreign.isEmpty()) {
          return Finding.fail(
              SUBJECT,
              "consumer group %s is used by another program, which reads %s"
                  .formatted(each.getKey(), String.join(", ", foreign)),
              "set another %s, or another %s".formatted(Keys.APPLICATION_ID, Keys.TOPICS_PREFIX));
        }
      }
      return Finding.ok(SUBJECT, "used by no other program");
    } catch (ExecutionException e) {
      throw kafka.unreachable(e.getCause());
    }
  }

  /**
   * Whether a bridge with a topology runs. While it does, the group of the topology has a member.
   * Empty if the cluster cannot be queried.
   */
  public Optional<Boolean> bridgeRuns() throws InterruptedException {
    try (Admin admin = kafka.admin()) {
      return Optional.of(
          !admin
              .describeConsumerGroups(List.of(applicationId))
              .describedGroups()
              .get(applicationId)
              .get()
              .members()
              .isEmpty());
    } catch (ExecutionException e) {
      return e.getCause() instanceof GroupIdNotFoundException
          ? Optional.of(false)
          : Optional.empty();
    }
  }

  /** Returns the topics that are assigned to members of a group or have committed offsets. */
  private static Set<String> topicsOf(Admin admin, String group)
      throws InterruptedException, ExecutionException {
    KafkaFuture<Stream<TopicPartition>> assigned =
        admin
            .describeConsumerGroups(Set.of(group))
            .describedGroups()
            .get(group)
            .thenApply(GroupCheck::assigned);
    KafkaFuture<Stream<TopicPartition>> committed =
        admin
            .listConsumerGroupOffsets(group)
            .partitionsToOffsetAndMetadata(group)
            .thenApply(offsets -> offsets.keySet().stream());
    Set<String> topics = new TreeSet<>();
    for (KafkaFuture<Stream<TopicPartition>> each : List.of(assigned, committed)) {
      try {
        each.get().map(TopicPartition::topic).forEach(topics::add);
      } catch (ExecutionException e) {
        // The group does not exist yet.
        if (!(e.getCause() instanceof GroupIdNotFoundException)) {
          throw e;
        }
      }
    }
    return topics;
  }

  private static Stream<TopicPartition> assigned(ConsumerGroupDescription group) {
    return group.members().stream()
        .flatMap(member -> member.assignment().topicPartitions().stream());
  }
}
