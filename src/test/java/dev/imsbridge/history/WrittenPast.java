package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.Acceptance;
import dev.imsbridge.job.Decision;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Output;
import dev.imsbridge.job.Story;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.CloudEvent.Mode;
import dev.imsbridge.wire.Event;
import dev.imsbridge.wire.Events;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Writes events to the topics as a bridge would. */
public final class WrittenPast implements AutoCloseable {
  public static final int PARTITIONS = 3;

  private final TopicNames topics;
  private final Events events;
  private final KafkaProducer<byte[], byte[]> producer;
  private AuditChain.Head head = AuditChain.Head.START;

  public WrittenPast(TestCluster cluster, TopicNames topics, Mode mode) throws Exception {
    this.topics = topics;
    events = new Events(mode);
    for (String topic :
        new String[] {
          topics.transitions(),
          topics.completions(),
          topics.audit(),
          topics.observations(),
          topics.requests()
        }) {
      cluster.create(topic, PARTITIONS);
    }
    producer =
        cluster.producer(Map.of("compression.type", "lz4", "linger.ms", 20, "batch.size", 1 << 18));
  }

  public TopicNames topics() {
    return topics;
  }

  public KafkaProducer<byte[], byte[]> producer() {
    return producer;
  }

  /**
   * Writes all events of a story. The prefix of the job ids allows the same story for many jobs.
   */
  public void write(Story story, String idPrefix) {
    for (Output output : story.outputs()) {
      if (output instanceof Output.Transition it) {
        send(topics.transitions(), events.transition(it), it.state().observedAt(), idPrefix);
      } else if (output instanceof Output.Completion it) {
        send(topics.completions(), events.completion(it), it.state().observedAt(), idPrefix);
      } else if (output instanceof Output.Audited it) {
        Acceptance acceptance = story.tree().acceptance();
        boolean request = it.what() == Decision.REQUEST_ACCEPTED;
        Instant at = request ? acceptance.requestedAt() : story.latest();
        Event entry =
            events.audit(
                it,
                Story.ROOT,
                story.tree().request(),
                request ? acceptance.requestEvidence() : new Evidence("observations", 0, 0),
                at,
                head.next(
                    new AuditChain.Source(
                        new Evidence("observations", 0, 0), AuditChain.ORIGIN, AuditChain.ORIGIN)));
        head = head.afterEntry(AuditChain.seal(new byte[0], entry, 0));
        send(topics.audit(), entry, at, idPrefix);
      }
    }
    producer.flush();
  }

  /** Writes an event with prefixed job ids and the real topic names in its evidence. */
  private void send(String topic, Event event, Instant at, String idPrefix) {
    RecordHeaders headers = new RecordHeaders();
    for (var header : event.headers()) {
      boolean id = header.key().equals("ce_subject") || header.key().equals("ce_rootjob");
      headers.add(
          header.key(),
          header.key().equals("ce_id") || id
              ? (idPrefix + new String(header.value(), UTF_8)).getBytes(UTF_8)
              : header.value());
    }
    String value =
        new String(event.value(), UTF_8)
            .replace("\"topic\":\"observations\"", "\"topic\":\"" + topics.observations() + "\"")
            .replace("\"topic\":\"requests\"", "\"topic\":\"" + topics.requests() + "\"")
            .replaceAll(
                "\"(job_id|root_job_id|parent_job_id|id|subject|rootjob)\":\"",
                "\"$1\":\"" + idPrefix);
    String root = idPrefix + Story.ROOT;
    var unused =
        producer.send(
            new ProducerRecord<>(
                topic,
                RootPartition.of(root, PARTITIONS),
                at.toEpochMilli(),
                root.getBytes(UTF_8),
                value.getBytes(UTF_8),
                headers));
  }

  /** Writes an IMS response to the first partition of the observations. */
  public void observe(String root, String body) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(HeaderNames.KIND, "answer".getBytes(UTF_8));
    headers.add(HeaderNames.HTTP_STATUS, "200".getBytes(UTF_8));
    headers.add(HeaderNames.JOB_ID, root.getBytes(UTF_8));
    var unused =
        producer.send(
            new ProducerRecord<>(
                topics.observations(),
                0,
                0L,
                root.getBytes(UTF_8),
                body.getBytes(ISO_8859_1),
                headers));
    producer.flush();
  }

  /**
   * Writes one transition of a job.
   *
   * @param template a value from {@link #template}
   */
  public void transition(String id, String template) {
    byte[] type = "dev.imsbridge.job.running.v1".getBytes(UTF_8);
    String value = template.replaceFirst("@", id);
    var unused =
        producer.send(
            new ProducerRecord<>(
                topics.transitions(),
                RootPartition.of(id, PARTITIONS),
                Story.BEGIN.toEpochMilli(),
                id.getBytes(UTF_8),
                value.getBytes(UTF_8),
                headers(id.getBytes(UTF_8), type, 0)));
    producer.flush();
  }

  /**
   * Writes transitions of other jobs, four for each job. They are cheap to make but as large as
   * real ones.
   *
   * @param every the time between two records, in milliseconds
   */
  public void fill(int transitions, Instant from, long every, String template) {
    byte[][] types = new byte[4][];
    String[] words = {"INIT", "RUNNING", "RUNNING", "SUCCESS"};
    for (int i = 0; i < 4; i++) {
      types[i] =
          ("dev.imsbridge.job." + words[i].toLowerCase(java.util.Locale.ROOT) + ".v1")
              .getBytes(UTF_8);
    }
    int hole = template.indexOf('@');
    String before = template.substring(0, hole);
    String after = template.substring(hole + 1);
    for (int i = 0; i < transitions; i++) {
      String id = "filler%08d".formatted(i / 4);
      byte[] key = id.getBytes(UTF_8);
      var unused =
          producer.send(
              new ProducerRecord<>(
                  topics.transitions(),
                  null,
                  from.toEpochMilli() + i * every,
                  key,
                  (before + id + after).getBytes(UTF_8),
                  headers(key, types[i % 4], i)));
    }
    producer.flush();
  }

  private static RecordHeaders headers(byte[] key, byte[] type, int number) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("ce_specversion", "1.0".getBytes(UTF_8));
    headers.add("ce_id", "%032x".formatted(number).getBytes(UTF_8));
    headers.add("ce_source", "urn:huaweicloud:ims:cn-north-4:project".getBytes(UTF_8));
    headers.add("ce_type", type);
    headers.add("ce_subject", key);
    headers.add("ce_rootjob", key);
    headers.add("content-type", "application/json".getBytes(UTF_8));
    return headers;
  }

  /** Returns the value of a transition with a placeholder for the job id. */
  public static String template() {
    Story story = Story.requested().answered(dev.imsbridge.job.JobScript.job(Story.ROOT).running());
    return new String(
            new Events(Mode.BINARY).transition(story.all(Output.Transition.class).get(0)).value(),
            UTF_8)
        .replaceFirst("\"job_id\":\"root\"", "\"job_id\":\"@\"");
  }

  @Override
  public void close() {
    producer.close();
  }
}
