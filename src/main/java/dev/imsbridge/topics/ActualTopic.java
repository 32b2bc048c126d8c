package dev.imsbridge.topics;

import java.util.SortedMap;

/**
 * A topic as it exists in the cluster.
 *
 * @param replicas the number of replicas of the partition that has the fewest
 * @param configs all settings in effect
 * @param overrides the settings that override the default of the cluster
 */
public record ActualTopic(
    String name,
    int partitions,
    int replicas,
    SortedMap<String, String> configs,
    SortedMap<String, String> overrides) {}
