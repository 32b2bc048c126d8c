package dev.imsbridge.topology;

import org.apache.kafka.streams.errors.StreamsException;

/** The files of the local state are damaged. They are deleted when the topology is closed. */
public final class DamagedStateException extends StreamsException {
  private static final long serialVersionUID = 1L;

  DamagedStateException(String directory, String reason) {
    super(
        // The reason comes last: the line for the operator is cut.
        "damaged files in %s are deleted. Start again: the state is restored from Kafka (%s)"
            .formatted(directory, reason));
  }
}
