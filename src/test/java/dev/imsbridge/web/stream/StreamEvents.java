package dev.imsbridge.web.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.PublishedEvent;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Events for tests of the stream, as records. */
public final class StreamEvents {
  private StreamEvents() {}

  /** Returns a transition, or a completion if the status is {@code COMPLETED}. */
  public static ProducerRecord<byte[], byte[]> record(
      String topic, String root, String job, String status, long evidence, String padding) {
    String type =
        status.equals("COMPLETED") ? "completed" : status.toLowerCase(java.util.Locale.ROOT);
    String data =
        """
        {"job_id":"%s","root_job_id":"%s","job_type":"imsImportImageJob","region":"local",
         "project_id":"p1","status":"%s","outcome":%s,"labels":{"order":"4711"},"padding":"%s",
         "evidence":{"topic":"observations","partition":0,"offset":%d}}
        """
            .formatted(
                job,
                root,
                type.equals("completed") ? "SUCCESS" : status,
                type.equals("completed") ? "\"SUCCEEDED\"" : "null",
                padding,
                evidence);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, root.getBytes(UTF_8), data.getBytes(UTF_8));
    Map.of(
            "ce_specversion",
            "1.0",
            "ce_id",
            job + "-" + status,
            "ce_type",
            "dev.imsbridge.job." + type + ".v1")
        .forEach((name, value) -> record.headers().add(name, value.getBytes(UTF_8)));
    return record;
  }

  /** Returns a transition as read from its topic. */
  static StreamEvent event(int partition, long offset) {
    ProducerRecord<byte[], byte[]> source =
        record("transitions", "root", "job-" + partition + "-" + offset, "RUNNING", offset, "");
    ConsumerRecord<byte[], byte[]> read =
        new ConsumerRecord<>("transitions", partition, offset, source.key(), source.value());
    source.headers().forEach(header -> read.headers().add(header));
    return StreamEvent.of(PublishedEvent.read(read).orElseThrow(), partition, offset);
  }
}
