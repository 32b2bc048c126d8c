package dev.imsbridge.poller;

import static dev.imsbridge.poller.VirtualIms.project;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.wire.Observation;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObservationWriterTest {
  private static final int ANSWERS = 64;
  private static final Duration MAX_BLOCK = Duration.ofMillis(300);

  private final VirtualIms ims =
      new VirtualIms(
          EngineSettings.DEFAULTS, new FixedPolicy(Duration.ofSeconds(10)), project(10, 1, 1));
  private final LoopTasks tasks = new LoopTasks();

  /**
   * The producer reports through its future that {@code max.block.ms} has passed. Regression:
   * without Kafka the loop blocked for that time for each answer in flight, for minutes in total.
   */
  @Test
  void shouldBlockOnceAndNotWithEachAnswerWhileKafkaDoesNotAnswer() throws Exception {
    Map<String, Object> nobody =
        Map.of("bootstrap.servers", "127.0.0.1:1", "max.block.ms", MAX_BLOCK.toMillis());
    PollerSettings settings =
        new PollerSettings(
            new TopicNames("x."), nobody, nobody, EngineSettings.DEFAULTS, MAX_BLOCK);
    Watch watch = ims.watch("a");
    WatchState state = new WatchState(watch, new PartitionWatches(0), null);
    Observation observation =
        new Observation(
            watch, Observation.Kind.NOT_FOUND, ims.wall(), 1, 404, null, null, null, null, null);

    long from = System.nanoTime();
    try (ObservationWriter writer =
        new ObservationWriter(
            KafkaClients.producer(settings), "x.observations", tasks, failure -> {})) {
      for (int i = 0; i < ANSWERS; i++) {
        writer.write(state, observation);
      }
      Duration took = Duration.ofNanos(System.nanoTime() - from);
      assertThat(took).isBetween(MAX_BLOCK, MAX_BLOCK.multipliedBy(10));
    }
    tasks.run(ims.engine, 0);
    assertThat(ims.engine.view(ims.now()).counts().writeFailures()).isEqualTo(ANSWERS);
  }
}
