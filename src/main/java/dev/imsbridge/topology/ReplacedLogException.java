package dev.imsbridge.topology;

import org.apache.kafka.streams.errors.StreamsException;

/**
 * The observations log is not the log from which the state was built. Continuing would silently
 * skip or repeat records, so an operator must confirm it with {@code --accept-log}.
 */
final class ReplacedLogException extends StreamsException {
  private static final long serialVersionUID = 1L;

  ReplacedLogException(String topic, int partition, String happened, String topicId) {
    super(
        // Short, because long messages are cut for the operator.
        "%s-%s %s. Restore it, or go on with it: imsbridge run --accept-log=%s"
            .formatted(topic, partition, happened, topicId));
  }
}
