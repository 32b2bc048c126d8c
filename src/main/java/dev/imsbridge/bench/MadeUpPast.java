package dev.imsbridge.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Fold;
import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.Input;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Output;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.wire.AnswerParser;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.Event;
import dev.imsbridge.wire.Events;
import dev.imsbridge.wire.TimeRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Writes transitions of many jobs for benchmarks. The transitions of one job, as the bridge would
 * publish them, are repeated with different ids. The same seed gives the same records. Owned by one
 * thread.
 */
public final class MadeUpPast {
  private static final String ID = "ff80808100000000ff80808100000000";
  private static final Instant BEGIN = TimeRange.parse("2024-11-06T07:39:45.814Z");
  private static final String[] STATUSES = {"INIT", "RUNNING", "SUCCESS"};

  private final SplittableRandom random;
  private final List<Event> events = new ArrayList<>();

  public MadeUpPast(long seed) {
    random = new SplittableRandom(seed);
    Events written = new Events(CloudEvent.Mode.BINARY);
    Evidence request = new Evidence("ims.jobs.requests", 0, 1);
    ProjectRef project = new ProjectRef("cn-north-4", "0123456789abcdef0123456789abcdef");
    TreeMap<String, String> labels = new TreeMap<>();
    labels.put("order", "4711");
    Input input =
        new Input.Requested(
            request, BEGIN, new JobRequest(ID, project, labels, null, JobRequest.Correlation.NONE));
    JobTree tree = Fold.fold(FoldRules.DEFAULTS, null, input).tree();
    for (int i = 0; i < STATUSES.length; i++) {
      var answer = (AnswerParser.Valid) AnswerParser.parse(answer(STATUSES[i]), ID);
      input =
          new Input.Answered(
              new Evidence("ims.jobs.observations", 0, 1729 + i),
              BEGIN.plusSeconds(i * 240L),
              ID,
              tree.root().generation(),
              answer.answer(),
              "0".repeat(64),
              null);
      Fold.Folded folded = Fold.fold(FoldRules.DEFAULTS, tree, input);
      tree = folded.tree();
      for (Output output : folded.outputs()) {
        if (output instanceof Output.Transition transition) {
          events.add(written.transition(transition));
        }
      }
    }
  }

  private static byte[] answer(String status) {
    boolean ended = status.equals("SUCCESS");
    return """
        {"status": "%s", "job_id": "%s", "job_type": "imsImportImageJob",
         "begin_time": "2024-11-06T07:39:45.814Z", "end_time": %s, "error_code": null,
         "fail_reason": null, "entities": {%s}}"""
        .formatted(
            status,
            ID,
            ended ? "\"2024-11-06T07:49:45.814Z\"" : "null",
            ended
                ? "\"image_id\": \"c1c6fc2e-6a0b-4f2f-9b8e-6b1c9f1e0a55\","
                    + " \"image_name\": \"ubuntu-22.04-prepared\", \"process_percent\": 1"
                : "\"process_percent\": 0.3")
        .getBytes(UTF_8);
  }

  /**
   * Writes the transitions and waits until all are acknowledged.
   *
   * @param producer not closed by this method
   * @param transitions the number of transitions to write
   * @throws KafkaException if a record cannot be written
   */
  public void write(Producer<byte[], byte[]> producer, String topic, int transitions) {
    AtomicReference<Exception> failure = new AtomicReference<>();
    byte[] id = id();
    for (int i = 0; i < transitions && failure.get() == null; i++) {
      Event event = events.get(i % events.size());
      if (i % events.size() == 0) {
        id = id();
      }
      var unused =
          producer.send(
              new ProducerRecord<>(
                  topic,
                  null,
                  BEGIN.toEpochMilli() + i,
                  id,
                  renamed(event.value(), id),
                  headers(event, id)),
              (metadata, e) -> failure.compareAndSet(null, e));
    }
    producer.flush();
    if (failure.get() != null) {
      throw new KafkaException("cannot write to " + topic, failure.get());
    }
  }

  private RecordHeaders headers(Event event, byte[] id) {
    RecordHeaders headers = new RecordHeaders();
    for (Header header : event.headers()) {
      headers.add(header.key(), header.key().equals("ce_id") ? id() : renamed(header.value(), id));
    }
    return headers;
  }

  private byte[] id() {
    HexFormat hex = HexFormat.of();
    return (hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong()))
        .getBytes(ISO_8859_1);
  }

  // All ids have the same length, so offsets in the text do not change.
  private static byte[] renamed(byte[] text, byte[] id) {
    byte[] renamed = text.clone();
    String before = new String(text, ISO_8859_1);
    for (int at = before.indexOf(ID); at >= 0; at = before.indexOf(ID, at + id.length)) {
      System.arraycopy(id, 0, renamed, at, id.length);
    }
    return renamed;
  }
}
