package dev.imsbridge.service;

import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.topology.BridgeTopology;
import dev.imsbridge.wire.TopicNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/**
 * Compares the rights on topics that a bridge needs with those that its user has. They are checked
 * before the bridge runs, because a missing WRITE right would otherwise cause a failure at the
 * first record, perhaps days later. Missing rights on groups and transactional ids cause a failure
 * at the start and are not checked here.
 */
public final class KafkaRights {
  private final Map<String, Set<AclOperation>> needed = new TreeMap<>();

  /**
   * @param http whether the bridge serves HTTP
   */
  public KafkaRights(BridgeConfig config, Roles roles, boolean http) {
    TopicNames topics = config.topics();
    need(READ, topics.control());
    if (roles.folds()) {
      need(READ, topics.requests(), topics.observations(), topics.watches());
      need(
          WRITE,
          topics.observations(),
          topics.watches(),
          topics.transitions(),
          topics.completions(),
          topics.status(),
          topics.audit(),
          topics.deadLetters());
      changelogs(config)
          .forEach(
              changelog -> {
                need(READ, changelog);
                need(WRITE, changelog);
              });
    }
    if (roles.polls()) {
      need(READ, topics.watches(), topics.observations());
      need(WRITE, topics.observations());
    }
    if (http) {
      need(READ, topics.transitions(), topics.completions());
      need(WRITE, topics.control());
    }
    if (http && roles.folds()) {
      need(READ, topics.audit(), topics.observations(), topics.deadLetters());
      need(WRITE, topics.requests());
    }
  }

  /** Returns the needed operations on each topic. */
  Map<String, Set<AclOperation>> needed() {
    return needed;
  }

  /** Returns the changelog topics of the topology's state. */
  static List<String> changelogs(BridgeConfig config) {
    return BridgeTopology.STORES.stream()
        .map(store -> config.applicationId() + "-" + store + "-changelog")
        .toList();
  }

  private void need(AclOperation operation, String... topics) {
    Arrays.stream(topics)
        .forEach(
            topic ->
                needed
                    .computeIfAbsent(topic, name -> EnumSet.noneOf(AclOperation.class))
                    .add(operation));
  }

  /**
   * Checks that the user has all needed rights.
   *
   * @throws CommandFailure if rights are missing; the message names them
   */
  public void check(KafkaAccess kafka, Admin admin) throws InterruptedException {
    List<String> missing = missing(admin);
    if (!missing.isEmpty()) {
      throw CommandFailure.fault(kafka.refusal().lacking(missing), null);
    }
  }

  /**
   * Returns the missing rights, such as {@code READ and WRITE on topic ims.jobs.requests}. Skips
   * topics that do not exist. Returns nothing if the cluster does not return the authorized
   * operations.
   */
  private List<String> missing(Admin admin) throws InterruptedException {
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin
            .describeTopics(
                needed.keySet(), new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, Set<AclOperation>> each : needed.entrySet()) {
      Set<AclOperation> lacking = EnumSet.copyOf(each.getValue());
      lacking.removeAll(allowed(asked.get(each.getKey()), lacking));
      if (!lacking.isEmpty()) {
        missing.add(KafkaRefusal.onTopic(lacking, each.getKey()));
      }
    }
    return missing;
  }

  private static Set<AclOperation> allowed(
      KafkaFuture<TopicDescription> asked, Set<AclOperation> ifUnknown)
      throws InterruptedException {
    try {
      Set<AclOperation> authorized = asked.get().authorizedOperations();
      return authorized == null || authorized.isEmpty() ? ifUnknown : authorized;
    } catch (ExecutionException e) {
      return e.getCause() instanceof TopicAuthorizationException ? Set.of() : ifUnknown;
    }
  }
}
