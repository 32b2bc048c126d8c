package dev.imsbridge.history;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.history.HistoryEvent.Kind;
import dev.imsbridge.history.TreeHistory.EarlierWatch;
import dev.imsbridge.job.JobScript;
import dev.imsbridge.job.Output;
import dev.imsbridge.job.Seeds;
import dev.imsbridge.job.Story;
import dev.imsbridge.wire.CloudEvent.Mode;
import dev.imsbridge.wire.Event;
import dev.imsbridge.wire.Events;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/**
 * History, completion and state must agree on a tree whose root job ends before its sub-jobs. The
 * completion once had the end time of the root, so history listed sub-jobs after it.
 */
class AgreementTest {
  private static final Events EVENTS = new Events(Mode.BINARY);

  @Test
  void shouldAgreeWhenSubJobsEndAfterTheirRoot() {
    Seeds.each(
        60,
        random -> {
          Story story = tree(random);
          JsonNode completion = event(story.completions().get(0)).event().data();
          JsonNode whole = document(story, null);

          assertThat(whole.get("outcome")).isEqualTo(completion.get("outcome"));
          assertThat(whole.get("status")).isEqualTo(completion.get("status"));
          assertThat(instant(whole, "ended_at"))
              .isEqualTo(instant(completion, "observed_at"))
              .isEqualTo(story.tree().endedAt());
          assertThat(instant(completion, "root_ended_at"))
              .isEqualTo(stage(whole.at("/jobs/0")))
              .isBefore(instant(completion, "observed_at"));
          List<String> kinds = whole.get("events").findValuesAsText("kind");
          assertThat(kinds).endsWith("completion");

          JsonNode before = document(story, story.tree().endedAt().minusMillis(1));
          assertThat(before.get("status").asText()).isEqualTo("SUCCESS");
          assertThat(before.get("outcome").isNull()).isTrue();
          assertThat(before.get("ended_at").isNull()).isTrue();
          assertThat(document(story, story.tree().endedAt()).get("outcome"))
              .isEqualTo(completion.get("outcome"));
        });
  }

  /** The pollers of a sub-job's watch and of its root's watch have different clocks. */
  @Test
  void shouldNotCompleteATreeBeforeItsLastTransitionWasSeen() {
    Story story =
        Story.requested()
            .answered(JobScript.job(Story.ROOT).success().naming("a"))
            .after(Duration.ofSeconds(-30))
            .answered(JobScript.job("a").success());

    Output.Completion completion = story.completions().get(0);
    assertThat(completion.state().observedAt()).isEqualTo(completion.rootEndedAt());
    assertThat(story.tree().endedAt()).isEqualTo(completion.rootEndedAt());
    JsonNode whole = document(story, null);
    assertThat(whole.get("outcome").asText()).isEqualTo("SUCCEEDED");
    assertThat(whole.get("events").findValuesAsText("kind")).endsWith("completion");
  }

  private static Story tree(Random random) {
    int subJobs = 1 + random.nextInt(4);
    String[] names = new String[subJobs];
    for (int i = 0; i < subJobs; i++) {
      names[i] = "sub" + i;
    }
    Story story = Story.requested().answered(JobScript.job(Story.ROOT).running().naming(names));
    story.answered(JobScript.job(Story.ROOT).success().naming(names));
    for (String name : names) {
      if (random.nextBoolean()) {
        story.answered(JobScript.job(name).running());
      }
      story.after(Duration.ofSeconds(random.nextInt(60)));
      story.answered(
          random.nextInt(4) == 0
              ? JobScript.job(name).fail("IMG.0001", "no disk")
              : JobScript.job(name).success());
    }
    return story;
  }

  private static JsonNode document(Story story, Instant asOf) {
    List<HistoryEvent> transitions = new ArrayList<>();
    List<HistoryEvent> completions = new ArrayList<>();
    for (Output output : story.outputs()) {
      HistoryEvent event = event(output);
      if (event != null && (asOf == null || !event.at().isAfter(asOf))) {
        (event.kind() == Kind.TRANSITION ? transitions : completions).add(event);
      }
    }
    return HistoryDocument.of(
        new TreeHistory(
            Story.ROOT,
            Story.ROOT,
            asOf,
            null,
            TreeHistory.inOrder(transitions, completions, List.of()),
            null,
            EarlierWatch.NONE,
            false,
            0));
  }

  private static HistoryEvent event(Output output) {
    if (output instanceof Output.Transition transition) {
      return event(Kind.TRANSITION, EVENTS.transition(transition));
    }
    return output instanceof Output.Completion completion
        ? event(Kind.COMPLETION, EVENTS.completion(completion))
        : null;
  }

  private static HistoryEvent event(Kind kind, Event event) {
    return HistoryEvent.read(
            kind,
            new ConsumerRecord<>(
                "t",
                0,
                0,
                0,
                TimestampType.CREATE_TIME,
                -1,
                -1,
                Story.ROOT.getBytes(UTF_8),
                event.value(),
                event.headers(),
                Optional.empty()))
        .orElseThrow();
  }

  private static Instant stage(JsonNode job) {
    JsonNode stages = job.get("stages");
    return instant(stages.get(stages.size() - 1), "at");
  }

  private static Instant instant(JsonNode object, String field) {
    return Instant.parse(object.get(field).asText());
  }
}
