package dev.imsbridge.topology;

import org.apache.kafka.streams.errors.StreamsException;

/**
 * Partitions were added to an input topic while the topology ran. Kafka Streams reports an invalid
 * changelog and advises a reset, which would lose the state.
 */
final class ChangedPartitionsException extends StreamsException {
  private static final long serialVersionUID = 1L;
  private static final String STREAMS_MESSAGE = "has invalid partitions";

  private ChangedPartitionsException() {
    super(
        "partitions were added to a topic while the bridge ran, so jobs would move away from their"
            + " state. Start the bridge again: it names the topic and what to do");
  }

  /** Returns the failure itself, or the explanation if added partitions caused it. */
  static Throwable explained(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each.getMessage() != null && each.getMessage().contains(STREAMS_MESSAGE)) {
        return new ChangedPartitionsException();
      }
    }
    return failure;
  }
}
