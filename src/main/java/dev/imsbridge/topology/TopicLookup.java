package dev.imsbridge.topology;

/** Tells whether a topic is still the one that the state was made from. */
@FunctionalInterface
public interface TopicLookup {

  /**
   * A partition as the cluster has it.
   *
   * @param topicId of its topic
   * @param end the offset of the next record
   */
  record Found(String topicId, long end) {}

  /** Looks a partition up; throws Kafka's exceptions if the cluster does not answer. */
  Found find(String topic, int partition);
}
