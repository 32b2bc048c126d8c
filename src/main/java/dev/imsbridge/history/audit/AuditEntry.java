package dev.imsbridge.history.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.HeaderNames;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The content of an audit entry, read in either CloudEvents mode, and the hash of its record.
 *
 * @param position the position in the chain of its partition, from 1
 * @param source the input it is based on
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
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int HASH = 64;

  /** Reads a record; returns null if it is not an audit entry. */
  public static AuditEntry read(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null;
    }
    try {
      JsonNode json = JSON.readTree(record.value());
      String type = HeaderNames.text(record.headers(), "content-type");
      boolean structured = type != null && type.startsWith("application/cloudevents+json");
      JsonNode data = structured ? json.path("data") : json;
      JsonNode input = data.path("input");
      String previous = data.path("previous_hash").asText();
      boolean whole =
          data.path("partition").isInt()
              && data.path("position").isIntegralNumber()
              && data.path("position").asLong() > 0
              && previous.length() == HASH
              && data.path("what").isTextual()
              && input.path("topic").isTextual()
              && input.path("partition").isInt()
              && input.path("offset").isIntegralNumber()
              && input.path("sha256").isTextual()
              && input.path("before_sha256").isTextual();
      String hash =
          AuditChain.hash(record.key(), record.value(), record.headers(), record.timestamp());
      return whole
          ? new AuditEntry(
              data.path("partition").asInt(),
              data.path("position").asLong(),
              previous,
              data.path("what").asText(),
              data.path("why").asText(),
              new AuditChain.Source(
                  new Evidence(
                      input.path("topic").asText(),
                      input.path("partition").asInt(),
                      input.path("offset").asLong()),
                  input.path("sha256").asText(),
                  input.path("before_sha256").asText()),
              hash,
              hash.equals(HeaderNames.text(record.headers(), AuditChain.HASH)))
          : null;
    } catch (IOException | ArithmeticException | NumberFormatException e) {
      return null;
    }
  }
}
