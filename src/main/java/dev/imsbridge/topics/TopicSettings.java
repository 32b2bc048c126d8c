package dev.imsbridge.topics;

import dev.imsbridge.wire.TopicNames;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The user's settings for all topics. An empty setting keeps the declared value.
 *
 * @param names the names of the topics under the user's prefix
 * @param partitions the number of partitions of each topic but {@code control}
 * @param replicationFactor the number of replicas of each topic
 * @param minInsyncReplicas the setting {@code min.insync.replicas} of each topic
 * @param compression the codec of each topic that declares one, as in the topic setting {@code
 *     compression.type}
 */
public record TopicSettings(
    TopicNames names,
    OptionalInt partitions,
    OptionalInt replicationFactor,
    OptionalInt minInsyncReplicas,
    Optional<String> compression) {

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

  private static void atLeastOne(String key, OptionalInt value) {
    if (value.isPresent() && value.getAsInt() < 1) {
      throw new IllegalArgumentException(key + " must be at least 1, not " + value.getAsInt());
    }
  }
}
