package dev.imsbridge.topology;

import org.apache.kafka.streams.errors.StreamsException;

/**
 * The observations log is not the log from which the state was built. Continuing would silently
 * skip or duplicate records, so an operator must accept the log with {@code --accept-log}.
 */
final class ReplacedLogException extends StreamsException {
  private static final long serialVersionUID = 1L;

  ReplacedLogException(String topic, int partition, String happened, String topicId) {
    super(
        // Short, because long messages are truncated.
        "%s-%s %s. Restore it, or continue with it: imsbridge run --accept-log=%s"
            .formatted(topic, partition, happened, topicId));
  }
}
