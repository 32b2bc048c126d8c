package dev.imsbridge.job;

import java.util.Objects;

/** The position in Kafka of the record that a state or a decision is based on. */
public record Evidence(String topic, int partition, long offset) {
  public Evidence {
    Objects.requireNonNull(topic, "topic");
  }

  /** Whether both records are in the same partition and this one is earlier. */
  public boolean before(Evidence other) {
    return topic.equals(other.topic) && partition == other.partition && offset < other.offset;
  }

  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
