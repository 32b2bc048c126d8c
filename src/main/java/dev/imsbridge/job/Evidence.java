package dev.imsbridge.job;

import java.util.Objects;

/** The record something rests on: where in Kafka it stands. */
public record Evidence(String topic, int partition, long offset) {
  public Evidence {
    Objects.requireNonNull(topic, "topic");
  }

  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
