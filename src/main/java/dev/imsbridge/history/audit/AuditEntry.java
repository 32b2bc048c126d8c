package dev.imsbridge.history.audit;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.HeaderNames;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The content of an audit entry, read in either CloudEvents mode, and the hash of its record.
 *
 * @param position the position in the chain of its partition, from 1
 * @param what the decision
 * @param why the reason for the decision
 * @param source the input that the entry is based on
 * @param hash the computed hash of the record, which the next entry holds as {@code previous_hash}
 * @param intact whether the hash header of the record equals {@code hash}
 */
public record AuditEntry(
    int partition,
    long position,
    String previousHash,
    String what,
    String why,
    AuditChain.Source source,
    String hash,
    boolean intact) {
  private static final int HASH_LENGTH = 64;

  /** Reads a record; returns null if it is not an audit entry. */
  public static AuditEntry read(ConsumerRecord<byte[], byte[]> record) {
    PublishedEvent event = PublishedEvent.parse(record).orElse(null);
    Evidence input = event == null ? null : event.position("input").orElse(null);
    if (input == null) {
      return null;
    }
    JsonNode data = event.data();
    JsonNode digests = data.path("input");
    boolean complete =
        data.path("partition").isInt()
            && data.path("position").isIntegralNumber()
            && data.path("position").asLong() > 0
            && event.text("previous_hash").length() == HASH_LENGTH
            && data.path("what").isTextual()
            && digests.path("sha256").isTextual()
            && digests.path("before_sha256").isTextual();
    String hash =
        AuditChain.hash(record.key(), record.value(), record.headers(), record.timestamp());
    return complete
        ? new AuditEntry(
            data.path("partition").asInt(),
            data.path("position").asLong(),
            event.text("previous_hash"),
            event.text("what"),
            event.text("why"),
            new AuditChain.Source(
                input, digests.path("sha256").asText(), digests.path("before_sha256").asText()),
            hash,
            hash.equals(HeaderNames.text(record.headers(), AuditChain.HASH)))
        : null;
  }
}
