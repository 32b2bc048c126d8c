package dev.imsbridge.topics;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A topic as declared.
 *
 * @param replicas {@link #CLUSTER_DEFAULT} for the cluster's default
 * @param configs the declared settings; other settings are not checked
 */
public record DeclaredTopic(
    String name, int partitions, int replicas, SortedMap<String, String> configs) {

  /** Kafka's own number for it. */
  public static final int CLUSTER_DEFAULT = -1;

  /** The same topic without the declaration of a setting. */
  DeclaredTopic without(String key) {
    var others = new TreeMap<>(configs);
    others.remove(key);
    return new DeclaredTopic(name, partitions, replicas, others);
  }
}
