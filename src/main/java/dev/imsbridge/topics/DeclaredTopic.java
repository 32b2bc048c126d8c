package dev.imsbridge.topics;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A topic as it is declared.
 *
 * @param partitions not compared for a changelog topic, which must have as many partitions as the
 *     observations topic
 * @param replicas {@link #CLUSTER_DEFAULT} for the cluster's default
 * @param configs the declared settings; other settings are not checked
 */
public record DeclaredTopic(
    String name, int partitions, int replicas, SortedMap<String, String> configs) {

  /** The number that stands for the default of the cluster in Kafka's protocol. */
  public static final int CLUSTER_DEFAULT = -1;

  /** Returns the same topic without the declaration of a setting. */
  DeclaredTopic without(String key) {
    var others = new TreeMap<>(configs);
    others.remove(key);
    return new DeclaredTopic(name, partitions, replicas, others);
  }
}
