package dev.imsbridge.topology;

import org.apache.kafka.streams.errors.StreamsException;

/**
 * The log of observations is not the one that the state was folded from. Going on would skip or
 * repeat records without a word, so an operator has to say that it is meant.
 */
public final class ReplacedLogException extends StreamsException {
  private static final long serialVersionUID = 1L;

  ReplacedLogException(String topic, int partition, String happened, String topicId) {
    super(
        // Short: what an operator is told of a failure is cut.
        "%s-%s %s. Restore it, or go on with it: imsbridge run --accept-log=%s"
            .formatted(topic, partition, happened, topicId));
  }
}
