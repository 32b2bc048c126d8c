package dev.imsbridge.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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
import dev.imsbridge.wire.Events;
import dev.imsbridge.wire.StoreCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A record that Kafka refuses for its size would stop its partition for good. */
class LargestRecordTest {
  private static final FoldRules WIDEST =
      new FoldRules(Duration.ofHours(1), Duration.ofHours(1), 256, 32);
  private static final int ROOM_FOR_HEADERS = 64 * 1024;
  private static final Instant AT = Instant.parse("2026-11-23T00:00:00Z");
  private static final Evidence SOMEWHERE = new Evidence("t", 0, 0);

  @Test
  void shouldFitTheLargestTreeAndItsEventsIntoARecord() {
    JobTree tree = fold(null, new Input.Requested(SOMEWHERE, AT, request())).tree();
    String worst = "\\u0001".repeat(1_000);
    StringBuilder named = new StringBuilder();
    for (int i = 0; i < 256; i++) {
      named.append(i == 0 ? "" : ",").append("\"").append(subJob(i)).append("\"");
    }
    String wide = "\"results\":[\"" + "\u4e2d".repeat(80_000) + "\"]";
    // In the store this text stands within a text: each of its characters takes two there.
    String tail = "\"x\":\"" + "\\\"".repeat(390_000) + "\"";
    tree =
        answered(
            tree,
            "root",
            "{\"job_id\":\"root\",\"status\":\"SUCCESS\",\"entities\":{%s,%s,\"sub_jobs_list\":[%s]}}"
                .formatted(wide, tail, named));
    for (int i = 0; i < 255; i++) {
      tree = answered(tree, subJob(i), failed(subJob(i), worst));
    }
    int largest = StoreCodec.encode(tree).length;
    Fold.Folded last = fold(tree, answer(subJob(255), failed(subJob(255), worst)));

    Output.Completion completion =
        last.outputs().stream()
            .filter(Output.Completion.class::isInstance)
            .map(Output.Completion.class::cast)
            .findFirst()
            .orElseThrow();
    byte[] event = new Events(CloudEvent.Mode.STRUCTURED).completion(completion).value();

    assertThat(completion.state().entities()).isNotNull();
    assertThat(event.length).isLessThan(BridgeTopology.MAX_MESSAGE_BYTES - ROOM_FOR_HEADERS);
    assertThat(largest).isLessThan(BridgeTopology.MAX_MESSAGE_BYTES - ROOM_FOR_HEADERS);
  }

  private static String failed(String jobId, String text) {
    StringBuilder images = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      images
          .append(i == 0 ? "" : ",")
          .append("{\"image_id\":\"")
          .append(i)
          .append(text)
          .append("\"}");
    }
    return "{\"job_id\":\"%s\",\"job_type\":\"%s\",\"status\":\"FAIL\",\"error_code\":\"%s\",\"fail_reason\":\"%s\",\"entities\":{\"results\":[%s]}}"
        .formatted(jobId, text, text, text, images);
  }

  private static String subJob(int number) {
    return "s".repeat(60) + "%04d".formatted(number);
  }

  private static JobRequest request() {
    TreeMap<String, String> labels = new TreeMap<>();
    for (int i = 0; i < JobRequest.MAX_LABELS; i++) {
      labels.put("\u0001".repeat(255) + (char) ('a' + i), "\u0001".repeat(256));
    }
    return new JobRequest(
        "root", new ProjectRef("r", "p"), labels, null, JobRequest.Correlation.NONE);
  }

  private static JobTree answered(JobTree tree, String jobId, String body) {
    return fold(tree, answer(jobId, body)).tree();
  }

  private static Input answer(String jobId, String body) {
    AnswerParser.Understood understood =
        (AnswerParser.Understood) AnswerParser.parse(body.getBytes(UTF_8), jobId);
    return new Input.Answered(SOMEWHERE, AT, jobId, 1, understood.answer(), "0".repeat(64), null);
  }

  private static Fold.Folded fold(JobTree tree, Input input) {
    return Fold.fold(WIDEST, tree, input);
  }
}
