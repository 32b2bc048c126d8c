package dev.imsbridge.history.rebuild;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The position and the digest of a published record. */
record PublishedRecord(int partition, long offset, RecordDigest digest) {
  static PublishedRecord of(ConsumerRecord<byte[], byte[]> record) {
    return new PublishedRecord(record.partition(), record.offset(), RecordDigest.of(record));
  }
}
