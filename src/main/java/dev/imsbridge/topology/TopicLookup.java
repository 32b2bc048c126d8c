package dev.imsbridge.topology;

/** Looks up the id and end of a topic, to detect that it was replaced. */
@FunctionalInterface
interface TopicLookup {

  /**
   * The current state of a partition.
   *
   * @param topicId the id of its topic
   * @param end the offset of the next record
   */
  record Found(String topicId, long end) {}

  /**
   * Looks up a partition.
   *
   * @throws org.apache.kafka.common.KafkaException if the cluster does not answer
   */
  Found find(String topic, int partition);
}
