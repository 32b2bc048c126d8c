package dev.imsbridge.topology;

import static dev.imsbridge.topology.BridgeDriver.TOPICS;
import static dev.imsbridge.topology.BridgeDriver.table;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Watch;
import dev.imsbridge.topology.BridgeDriver.Read;
import dev.imsbridge.wire.ImsExamples;
import dev.imsbridge.wire.Observation;
import dev.imsbridge.wire.Watches;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Topics with missing or different records compared with the store. */
class ReconcileTest {
  private static final Duration SAVE = Duration.ofSeconds(10);

  private final BridgeDriver bridge = new BridgeDriver();

  @AfterEach
  void close() {
    bridge.close();
  }

  /** A single null value written with {@code kcat} once stopped the polls of a job permanently. */
  @Test
  void shouldWriteAWatchAgainThatSomebodyElseEnded() {
    bridge.request("j");
    byte[] open = bridge.watches().get(0).value();

    bridge.writeWatch("j", null);

    assertThat(bridge.watches()).last().satisfies(read -> assertThat(read.value()).isEqualTo(open));
    assertThat(decisions()).endsWith("watch.restored");
    bridge.advance(Duration.ofMinutes(1));
    assertThat(bridge.watches()).as("set right once").hasSize(2);
  }

  @Test
  void shouldReplaceAWatchThatSomebodyElseChanged() {
    bridge.request("j");
    Watch open = bridge.watch("j");
    Watch forged =
        new Watch(
            "j",
            "j",
            BridgeDriver.OTHER_PROJECT,
            null,
            7,
            open.openedAt(),
            open.deadlineAt().plusSeconds(1));

    bridge.writeWatch("j", Watches.encode(forged));

    assertThat(bridge.watch("j")).isEqualTo(open);
  }

  @Test
  void shouldEndAWatchThatNobodyWants() {
    bridge.writeWatch("j", Watches.encode(strange("j")));

    assertThat(table(bridge.watches())).isEmpty();
    assertThat(bridge.transitions()).isEmpty();
  }

  @Test
  void shouldLeaveAloneWhatSomebodyElseWroteAsItIs() {
    bridge.request("j");
    bridge.writeWatch("j", bridge.watches().get(0).value());
    bridge.writeWatch("not watched", null);
    bridge.writeWatch("unwatched", null);
    bridge.writeWatch("../../x", "{}".getBytes(UTF_8));

    assertThat(bridge.observations()).as("the request alone").hasSize(1);
  }

  /** A poller with a watch of a forgotten tree once never received its end. */
  @Test
  void shouldEndTheWatchOfWhoeverObservesAnUnknownJob() {
    bridge.observe(
        new Observation(
            strange("j"),
            Observation.Kind.NOT_FOUND,
            bridge.now(),
            1,
            404,
            null,
            Duration.ofMillis(5),
            null,
            null,
            null));

    assertThat(bridge.watches())
        .singleElement()
        .satisfies(
            read -> {
              assertThat(read.key()).isEqualTo("j");
              assertThat(read.value()).isNull();
            });
  }

  @Test
  void shouldWriteTheWatchesOfAllOpenTreesWhenTheirTopicWasCreatedAgain() {
    bridge.request("ended");
    bridge.answer("ended", "{\"job_id\":\"ended\",\"status\":\"SUCCESS\"}");
    for (int i = 0; i < 1_200; i++) {
      bridge.request("open-" + i);
    }
    bridge.advance(SAVE);
    bridge.recreate(TOPICS.watches());
    int before = bridge.watches().size();
    bridge.restart();
    bridge.advance(Duration.ofSeconds(1));
    assertThat(bridge.watches().size() - before).as("a bounded number at a time").isEqualTo(499);
    scan();

    List<Read> again = bridge.watches().subList(before, bridge.watches().size());
    assertThat(table(again)).hasSize(1_200).doesNotContainKey("ended");
    assertThat(again).hasSize(1_200);
    bridge.restart();
    scan();
    assertThat(bridge.watches()).as("once").hasSize(before + 1_200);
  }

  /** After a failover to a replica that lags, the topic is the same but has lost its end. */
  @Test
  void shouldWriteTheWatchesOfAllOpenTreesWhenTheirTopicGrowsFromAnEarlierOffset() {
    bridge.request("j");
    bridge.request("another");
    bridge.advance(SAVE);
    int before = bridge.watches().size();
    bridge.restartAndReadWatchesAgain();
    bridge.writeWatch("unwatched", null);
    scan();

    assertThat(table(bridge.watches().subList(before, bridge.watches().size())))
        .containsOnlyKeys("j", "another");
  }

  @Test
  void shouldWriteTheStatusOfAllTreesWhenTheirTopicWasCreatedAgain() {
    bridge.request("j");
    bridge.answer(
        "j",
        "{\"job_id\":\"j\",\"status\":\"RUNNING\",\"entities\":{\"image_id\":\"i\",\"sub_jobs_result\":"
            + "[{\"job_id\":\"a\",\"status\":\"SUCCESS\"}]}}");
    String known = table(bridge.status()).get("j");
    bridge.request("silent");
    bridge.advance(SAVE);
    bridge.recreate(TOPICS.status());
    int before = bridge.status().size();
    bridge.restart();
    scan();

    assertThat(table(bridge.status().subList(before, bridge.status().size())))
        .containsOnlyKeys("j", "j/a")
        .satisfies(
            rows ->
                assertThat(ImsExamples.json(rows.get("j").getBytes(UTF_8)))
                    .as("all but the entities, which are not kept, and the sequence of the tree")
                    .isEqualTo(
                        ImsExamples.json(
                            known
                                .replaceFirst("\"entities\":\\{.*\\]\\}", "\"entities\":null")
                                .getBytes(UTF_8))));
    assertThat(decisions()).contains("status.restored");
    assertThat(bridge.transitions()).hasSize(2);
  }

  // The driver calls punctuators once per advance of the clock.
  private void scan() {
    for (int i = 0; i < 4; i++) {
      bridge.advance(Duration.ofSeconds(1));
    }
  }

  private static Watch strange(String jobId) {
    return new Watch(
        jobId,
        jobId,
        BridgeDriver.PROJECT,
        null,
        1,
        BridgeDriver.BEGIN,
        BridgeDriver.BEGIN.plusSeconds(60));
  }

  private List<String> decisions() {
    return bridge.audit().stream()
        .map(entry -> ImsExamples.json(entry.value()).get("what").asText())
        .toList();
  }
}
