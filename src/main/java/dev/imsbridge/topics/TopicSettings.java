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
    Optional<String> compression) {}
