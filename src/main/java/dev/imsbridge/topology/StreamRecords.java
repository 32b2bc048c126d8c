package dev.imsbridge.topology;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.ledger.OutputRecord;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Record;

/** Converts between the records of Kafka Streams and those of the ledger. */
final class StreamRecords {
  private StreamRecords() {}

  /** The position of the record that is being processed. */
  static Evidence position(ProcessingContext context) {
    return context
        .recordMetadata()
        .map(record -> new Evidence(record.topic(), record.partition(), record.offset()))
        .orElseThrow(() -> new IllegalStateException("no record is being processed"));
  }

  static Record<byte[], byte[]> of(OutputRecord record) {
    return new Record<>(record.key(), record.value(), record.timestamp(), record.headers());
  }
}
