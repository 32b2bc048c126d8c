package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.topics.ValueSchemas;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.ImsExamples;
import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.io.IOException;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads published records with the official CloudEvents SDK, and checks the data of each event by
 * the JSON schema that the event names.
 */
final class SdkEvents {
  private static final String SCHEMAS = "https://imsbridge.dev/schemas/";
  private static final String VERSION = ".v1.json";

  private final ValueSchemas schemas = new ValueSchemas();

  SdkEvents() throws IOException {}

  List<CloudEvent> binary(List<ConsumerRecord<byte[], byte[]>> records) {
    return read(records, "application/json");
  }

  List<CloudEvent> structured(List<ConsumerRecord<byte[], byte[]>> records) {
    return read(records, "application/cloudevents+json; charset=UTF-8");
  }

  private List<CloudEvent> read(List<ConsumerRecord<byte[], byte[]>> records, String contentType) {
    try (CloudEventDeserializer sdk = new CloudEventDeserializer()) {
      return records.stream().map(record -> read(sdk, record, contentType)).toList();
    }
  }

  private CloudEvent read(
      CloudEventDeserializer sdk, ConsumerRecord<byte[], byte[]> record, String contentType) {
    assertThat(HeaderNames.text(record.headers(), "content-type")).isEqualTo(contentType);
    CloudEvent event = sdk.deserialize(record.topic(), record.headers(), record.value());
    String schema = event.getDataSchema().toString();
    assertThat(event.getSpecVersion()).isEqualTo(SpecVersion.V1);
    assertThat(event.getDataContentType()).isEqualTo("application/json");
    assertThat(schema).startsWith(SCHEMAS).endsWith(VERSION);
    String name = schema.substring(SCHEMAS.length(), schema.length() - VERSION.length());
    String data = new String(event.getData().toBytes(), UTF_8);
    assertThat(schemas.violations(name, data)).as(data).isEmpty();
    return event;
  }

  /** The attributes, the extensions and the data of two events are equal. */
  static void assertSame(CloudEvent event, CloudEvent expected) {
    assertThat(event.getAttributeNames()).isEqualTo(expected.getAttributeNames());
    for (String name : expected.getAttributeNames()) {
      assertThat(event.getAttribute(name)).as(name).isEqualTo(expected.getAttribute(name));
    }
    assertThat(event.getExtensionNames()).isEqualTo(expected.getExtensionNames());
    for (String name : expected.getExtensionNames()) {
      assertThat(event.getExtension(name)).as(name).isEqualTo(expected.getExtension(name));
    }
    assertThat(ImsExamples.json(event.getData().toBytes()))
        .isEqualTo(ImsExamples.json(expected.getData().toBytes()));
  }
}
