package dev.imsbridge.topology;

import static dev.imsbridge.topology.BridgeDriver.table;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.Fold;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Output;
import dev.imsbridge.job.Output.Transition;
import dev.imsbridge.job.RandomScenario;
import dev.imsbridge.job.Seeds;
import dev.imsbridge.job.Step;
import dev.imsbridge.job.Story;
import dev.imsbridge.topics.ValueSchemas;
import dev.imsbridge.topology.BridgeDriver.Read;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.ImsExamples;
import dev.imsbridge.wire.StepObservation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** Random histories through the whole topology, including restarts. */
class RandomHistoriesTest {

  @Test
  void shouldPublishWhatTheFoldDecidesAndOnlyWhatTheSchemasAllow() throws IOException {
    ValueSchemas schemas = new ValueSchemas();
    Seeds.each(20, random -> history(random, schemas));
  }

  private static void history(Random random, ValueSchemas schemas) {
    List<Step> steps = RandomScenario.anything(random);
    try (BridgeDriver bridge = new BridgeDriver(RandomScenario.rules(), CloudEvent.Mode.BINARY)) {
      for (Step step : steps) {
        take(bridge, step);
        if (random.nextInt(15) == 0) {
          bridge.restart();
        }
      }
      assertThat(moves(bridge.transitions())).isEqualTo(expected(steps));
      assertThat(table(bridge.watches())).isEmpty();
      assertThat(bridge.deadLetters()).isEmpty();
      valid(schemas, "transition", bridge.transitions());
      valid(schemas, "completion", bridge.completions());
      valid(schemas, "status", bridge.status());
      valid(schemas, "watch", bridge.watches());
      valid(schemas, "audit", bridge.audit());
    }
  }

  private static void take(BridgeDriver bridge, Step step) {
    switch (step.kind()) {
      case REQUEST -> bridge.request(Story.ROOT);
      case CANCEL -> bridge.request(Story.ROOT.getBytes(UTF_8), null, new RecordHeaders());
      default -> bridge.observe(StepObservation.of(step));
    }
  }

  private static List<String> expected(List<Step> steps) {
    List<String> expected = new ArrayList<>();
    JobTree tree = null;
    for (Step step : steps) {
      Fold.Folded folded = Fold.fold(RandomScenario.rules(), tree, step.input());
      tree = folded.tree();
      for (Output output : folded.outputs()) {
        if (output instanceof Transition transition) {
          expected.add(transition.state().jobId() + " " + transition.state().status());
        }
      }
    }
    return expected;
  }

  private static List<String> moves(List<Read> transitions) {
    return transitions.stream()
        .map(
            event -> {
              JsonNode json = ImsExamples.json(event.value());
              return json.get("job_id").asText() + " " + json.get("status").asText();
            })
        .toList();
  }

  private static void valid(ValueSchemas schemas, String name, List<Read> records) {
    for (Read record : records) {
      if (record.value() != null) {
        assertThat(schemas.violations(name, record.text())).as(record.text()).isEmpty();
      }
    }
  }
}
