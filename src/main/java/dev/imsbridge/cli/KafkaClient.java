package dev.imsbridge.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The kinds of Kafka clients, and which settings each takes over from the configuration. */
enum KafkaClient {
  ADMIN(null),
  PRODUCER("producer."),
  CONSUMER("consumer."),
  /** Knows the prefixes of its own producers and consumers, so they stay on. */
  STREAMS("streams.");

  private static final List<String> PREFIXES = List.of("producer.", "consumer.", "streams.");

  private final String own;

  KafkaClient(String own) {
    this.own = own;
  }

  /**
   * Its settings by Kafka's names.
   *
   * @param passedOn what followed {@code kafka.} in the configuration
   */
  Map<String, Object> settings(Map<String, Object> passedOn) {
    Map<String, Object> settings = new HashMap<>();
    passedOn.forEach(
        (name, value) -> {
          boolean general = PREFIXES.stream().noneMatch(name::startsWith);
          if (general || (this == STREAMS && !name.startsWith(own))) {
            settings.put(name, value);
          }
        });
    passedOn.forEach(
        (name, value) -> {
          if (own != null && name.startsWith(own)) {
            settings.put(name.substring(own.length()), value);
          }
        });
    return settings;
  }
}
