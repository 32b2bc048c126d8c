package dev.imsbridge.topology;

import dev.imsbridge.job.Evidence;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/** Where the record that is being processed stands. */
final class Sources {
  private Sources() {}

  static Evidence of(ProcessingContext context) {
    return context
        .recordMetadata()
        .map(record -> new Evidence(record.topic(), record.partition(), record.offset()))
        .orElseThrow(() -> new IllegalStateException("no record is being processed"));
  }
}
