package dev.imsbridge.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.wire.Digest;
import dev.imsbridge.wire.Headers;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What an audit entry says of itself, in whichever mode it was written, and the hash of its bytes.
 *
 * @param position from 1 in its partition
 * @param bodySha256 null when the decision rests on no body
 * @param hash what the next entry has to hold as the hash of the one before
 */
record AuditEntry(
    int partition,
    long position,
    String previousHash,
    String what,
    String why,
    String bodySha256,
    Evidence evidence,
    String hash) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int HASH = 64;

  /** Reads a record; null when it is no audit entry. */
  static AuditEntry read(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return null;
    }
    try {
      JsonNode json = JSON.readTree(record.value());
      String type = Headers.text(record.headers(), "content-type");
      boolean structured = type != null && type.startsWith("application/cloudevents+json");
      JsonNode data = structured ? json.path("data") : json;
      JsonNode evidence = data.path("evidence");
      String previous = data.path("previous_hash").asText();
      String body = data.path("body_sha256").asText(null);
      boolean whole =
          data.path("partition").isInt()
              && data.path("position").isIntegralNumber()
              && data.path("position").asLong() > 0
              && previous.length() == HASH
              && data.path("what").isTextual()
              && evidence.path("topic").isTextual()
              && evidence.path("partition").isInt()
              && evidence.path("offset").isIntegralNumber();
      return whole
          ? new AuditEntry(
              data.path("partition").asInt(),
              data.path("position").asLong(),
              previous,
              data.path("what").asText(),
              data.path("why").asText(),
              body,
              new Evidence(
                  evidence.path("topic").asText(),
                  evidence.path("partition").asInt(),
                  evidence.path("offset").asLong()),
              Digest.sha256(record.value()))
          : null;
    } catch (IOException | ArithmeticException | NumberFormatException e) {
      return null;
    }
  }
}
