package dev.imsbridge.topics;

import dev.imsbridge.wire.TopicNames;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a user may set for all topics at once; what is empty stays as declared.
 *
 * @param names the topics' names, by their prefix
 * @param partitions of each topic
 * @param replicationFactor of each topic
 * @param minInsyncReplicas of each topic
 * @param compression the codec of each topic that declares one, by the name that topics have for it
 */
public record TopicSettings(
    TopicNames names,
    OptionalInt partitions,
    OptionalInt replicationFactor,
    OptionalInt minInsyncReplicas,
    Optional<String> compression) {

  /** Settings that leave the codec as declared. */
  public TopicSettings(
      TopicNames names,
      OptionalInt partitions,
      OptionalInt replicationFactor,
      OptionalInt minInsyncReplicas) {
    this(names, partitions, replicationFactor, minInsyncReplicas, Optional.empty());
  }

  public TopicSettings {
    atLeastOne("topics.partitions", partitions);
    atLeastOne("topics.replication.factor", replicationFactor);
    atLeastOne("topics.min.insync.replicas", minInsyncReplicas);
    if (replicationFactor.isPresent()
        && minInsyncReplicas.isPresent()
        && minInsyncReplicas.getAsInt() > replicationFactor.getAsInt()) {
      throw new IllegalArgumentException(
          "topics.min.insync.replicas is %s, more than topics.replication.factor (%s): nothing could be written"
              .formatted(minInsyncReplicas.getAsInt(), replicationFactor.getAsInt()));
    }
  }

  /** Everything as declared, under this prefix. */
  public static TopicSettings asDeclared(TopicNames names) {
    return new TopicSettings(names, OptionalInt.empty(), OptionalInt.empty(), OptionalInt.empty());
  }

  private static void atLeastOne(String key, OptionalInt value) {
    if (value.isPresent() && value.getAsInt() < 1) {
      throw new IllegalArgumentException(key + " must be at least 1, not " + value.getAsInt());
    }
  }
}
