package dev.imsbridge.topology;

import dev.imsbridge.job.Evidence;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/** The topic, partition and offset of the current record. */
final class Sources {
  private Sources() {}

  static Evidence of(ProcessingContext context) {
    return context
        .recordMetadata()
        .map(record -> new Evidence(record.topic(), record.partition(), record.offset()))
        .orElseThrow(() -> new IllegalStateException("no record is being processed"));
  }
}
