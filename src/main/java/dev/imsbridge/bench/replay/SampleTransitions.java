package dev.imsbridge.bench.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.bench.common.SampleAnswers;
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
import java.util.ArrayDeque;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * Writes transitions for benchmarks, as the bridge publishes them: of one job after the other, each
 * with a random id. The same seed gives the same records. Owned by one thread.
 */
public final class SampleTransitions {
  private static final Instant BEGIN = TimeRange.parse("2024-11-06T07:39:45.814Z");
  private static final ProjectRef PROJECT =
      new ProjectRef("cn-north-4", "0123456789abcdef0123456789abcdef");

  private final SplittableRandom random;
  private final Events encoding = new Events(CloudEvent.Mode.BINARY);
  private final Queue<Output.Transition> transitions = new ArrayDeque<>();

  public SampleTransitions(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * Writes the transitions and waits until all are acknowledged.
   *
   * @param producer not closed by this method
   * @param count the number of transitions to write
   * @throws KafkaException if a record cannot be written
   */
  public void write(Producer<byte[], byte[]> producer, String topic, int count) {
    AtomicReference<Exception> failure = new AtomicReference<>();
    for (int i = 0; i < count && failure.get() == null; i++) {
      if (transitions.isEmpty()) {
        addJob();
      }
      Output.Transition transition = transitions.remove();
      Event event = encoding.transition(transition);
      var unused =
          producer.send(
              new ProducerRecord<>(
                  topic,
                  null,
                  BEGIN.toEpochMilli() + i,
                  transition.state().jobId().getBytes(UTF_8),
                  event.value(),
                  event.headers()),
              (metadata, e) -> failure.compareAndSet(null, e));
    }
    producer.flush();
    if (failure.get() != null) {
      throw new KafkaException("cannot write to " + topic, failure.get());
    }
  }

  /** Adds the transitions of a job from its request to its end. */
  private void addJob() {
    HexFormat hex = HexFormat.of();
    String id = hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    Evidence request = new Evidence("ims.jobs.requests", 0, 1);
    TreeMap<String, String> labels = new TreeMap<>(Map.of("order", "4711"));
    JobTree tree =
        add(
            null,
            new Input.Requested(
                request,
                BEGIN,
                new JobRequest(id, PROJECT, labels, null, JobRequest.Correlation.NONE)));
    for (int i = 0; i < SampleAnswers.STATUSES.size(); i++) {
      var answer =
          (AnswerParser.Valid) AnswerParser.parse(answer(id, SampleAnswers.STATUSES.get(i)), id);
      tree =
          add(
              tree,
              new Input.Answered(
                  new Evidence("ims.jobs.observations", 0, 1729 + i),
                  BEGIN.plusSeconds(i * 240L),
                  id,
                  tree.root().polling().generation(),
                  answer.answer(),
                  "0".repeat(64)));
    }
  }

  private JobTree add(JobTree tree, Input input) {
    Fold.Folded folded = Fold.fold(FoldRules.DEFAULTS, tree, input);
    for (Output output : folded.outputs()) {
      if (output instanceof Output.Transition transition) {
        transitions.add(transition);
      }
    }
    return folded.tree();
  }

  private static byte[] answer(String id, String status) {
    boolean ended = status.equals("SUCCESS");
    return """
    {"status": "%s", "job_id": "%s", "job_type": "imsImportImageJob",
     "begin_time": "2024-11-06T07:39:45.814Z", "end_time": %s, "error_code": null,
     "fail_reason": null, "entities": {%s}}\
    """
        .formatted(
            status,
            id,
            ended ? "\"2024-11-06T07:49:45.814Z\"" : "null",
            ended
                ? "\"image_id\": \"c1c6fc2e-6a0b-4f2f-9b8e-6b1c9f1e0a55\","
                    + " \"image_name\": \"ubuntu-22.04-prepared\", \"process_percent\": 1"
                : "\"process_percent\": 0.3")
        .getBytes(UTF_8);
  }
}
