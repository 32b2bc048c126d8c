package dev.imsbridge.job;

import java.util.Objects;

/** The position in Kafka of the record that a state or a decision is based on. */
public record Evidence(String topic, int partition, long offset) {
  public Evidence {
    Objects.requireNonNull(topic, "topic");
  }

  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
