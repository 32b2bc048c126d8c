package dev.imsbridge.service;

import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.ResourceType.CLUSTER;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.topics.Grant;
import dev.imsbridge.wire.TopicNames;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.Resource;

/** The rights in Kafka that each role needs, and no others. READ and WRITE imply DESCRIBE. */
public final class RoleGrants {

  /** The kinds of users of the topics. */
  public enum Role {
    /**
     * A process of {@code run}, and {@code dead-letters redrive}, {@code pause}, {@code resume} and
     * {@code log-level}.
     */
    BRIDGE,
    /** Writes requests. */
    PRODUCER,
    /** Reads events. */
    CONSUMER,
    /** Reads everything: {@code history}, {@code audit}, {@code rebuild --compare}. */
    AUDITOR;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private RoleGrants() {}

  /**
   * Returns the grants of a role.
   *
   * @param group the consumer group that the role also uses; null for none
   */
  public static List<Grant> of(Role role, BridgeConfig config, String group) {
    TopicNames topics = config.topics();
    List<Grant> grants = new ArrayList<>();
    switch (role) {
      case BRIDGE -> bridge(config, grants);
      case PRODUCER -> grants.add(Grant.one(TOPIC, topics.requests(), Set.of(WRITE)));
      case CONSUMER ->
          Stream.of(topics.transitions(), topics.completions(), topics.status())
              .forEach(topic -> grants.add(Grant.one(TOPIC, topic, Set.of(READ))));
      case AUDITOR -> {
        Set<AclOperation> read = Set.of(READ, DESCRIBE_CONFIGS);
        topics.all().forEach(topic -> grants.add(Grant.one(TOPIC, topic, read)));
        // A rebuild reads up to the committed offsets of the bridge.
        grants.add(Grant.one(GROUP, config.applicationId(), Set.of(DESCRIBE)));
      }
    }
    if (group != null) {
      grants.add(Grant.one(GROUP, group, Set.of(READ)));
    }
    return grants;
  }

  private static void bridge(BridgeConfig config, List<Grant> grants) {
    new KafkaRights(config, Roles.ALL, true)
        .needed()
        .forEach(
            (topic, operations) -> {
              Set<AclOperation> all = EnumSet.copyOf(operations);
              // The bridge creates missing topics and compares the settings of all.
              all.add(CREATE);
              all.add(DESCRIBE_CONFIGS);
              grants.add(Grant.one(TOPIC, topic, all));
            });
    grants.add(Grant.prefix(TRANSACTIONAL_ID, config.applicationId() + "-", Set.of(WRITE)));
    grants.add(Grant.one(TRANSACTIONAL_ID, config.topics().redriveTransactions(), Set.of(WRITE)));
    grants.add(Grant.one(GROUP, config.applicationId(), Set.of(READ)));
    grants.add(Grant.one(GROUP, config.topics().pollerGroup(), Set.of(READ)));
    // For ClusterClock.
    grants.add(Grant.one(CLUSTER, Resource.CLUSTER_NAME, Set.of(DESCRIBE)));
  }
}
