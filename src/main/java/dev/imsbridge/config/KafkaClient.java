package dev.imsbridge.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The kinds of Kafka clients. Each selects its settings from those under {@code kafka.}. */
public enum KafkaClient {
  ADMIN(null),
  PRODUCER("producer."),
  CONSUMER("consumer."),
  /** Kafka Streams resolves the prefixes of its producers and consumers, so they are kept. */
  STREAMS("streams.");

  private static final List<String> PREFIXES = List.of("producer.", "consumer.", "streams.");

  private final String prefix;

  KafkaClient(String prefix) {
    this.prefix = prefix;
  }

  /**
   * Returns the settings under Kafka's own names.
   *
   * @param passedOn the settings under {@code kafka.}, without this prefix
   * @param codec the compression of a producer, unless {@code passedOn} sets another
   */
  Map<String, Object> settings(Map<String, Object> passedOn, String codec) {
    Map<String, Object> settings = new HashMap<>(passedOn);
    List<String> removed = this == STREAMS ? List.of(prefix) : PREFIXES;
    settings.keySet().removeIf(name -> removed.stream().anyMatch(name::startsWith));
    passedOn.forEach(
        (name, value) -> {
          if (prefix != null && name.startsWith(prefix)) {
            settings.put(name.substring(prefix.length()), value);
          }
        });
    if (this == PRODUCER || this == STREAMS) {
      String prefix = this == STREAMS ? StreamsConfig.PRODUCER_PREFIX : "";
      settings.putIfAbsent(prefix + ProducerConfig.COMPRESSION_TYPE_CONFIG, codec);
      // Level 1 needs half the CPU of the default level and writes about 10% more bytes.
      settings.putIfAbsent(prefix + ProducerConfig.COMPRESSION_GZIP_LEVEL_CONFIG, 1);
    }
    return settings;
  }
}
