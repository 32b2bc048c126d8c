package dev.imsbridge.topology;

import org.apache.kafka.streams.errors.StreamsException;

/** The files of the local state are damaged. Closing the topology deletes them. */
final class DamagedStateException extends StreamsException {
  private static final long serialVersionUID = 1L;

  DamagedStateException(String directory, String reason) {
    super(
        // The reason comes last, because long messages are truncated.
        "damaged files in %s are deleted. Start again: the state is restored from Kafka (%s)"
            .formatted(directory, reason));
  }
}
