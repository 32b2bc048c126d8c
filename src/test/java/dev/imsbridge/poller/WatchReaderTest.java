package dev.imsbridge.poller;

import static dev.imsbridge.poller.VirtualIms.project;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.Project;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.schedule.FixedPolicy;
import dev.imsbridge.wire.Observation;
import dev.imsbridge.wire.Watches;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The table of watches must be the same, whichever of its records are decoded. */
class WatchReaderTest {
  private static final String TOPIC = "watches";
  private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MILLIS);

  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();

  private static Watch watch(String key, int generation, int days) {
    return new Watch(
        key, key, VirtualIms.REF, null, generation, NOW, NOW.plus(days, ChronoUnit.DAYS));
  }

  private WatchReaderTest write(String key, byte[] value) {
    records.add(
        new ConsumerRecord<>(
            TOPIC, 0, records.size(), key == null ? null : key.getBytes(UTF_8), value));
    return this;
  }

  /** The value with a further field, which a reader ignores. */
  private static byte[] withField(byte[] value, String text) {
    return new String(value, UTF_8)
        .replaceFirst("\\{", "{\"more\":\"" + text + "\",")
        .getBytes(UTF_8);
  }

  private WatchReaderTest write(Watch watch) {
    return write(watch.key(), Watches.encode(watch));
  }

  /**
   * The watches that a poller polls, by key.
   *
   * @param restored how many of the records are there when the partition is assigned
   */
  private Map<String, Watch> polled(int restored) {
    Map<String, Watch> polled = new TreeMap<>();
    PollEngine engine =
        new PollEngine(
            EngineSettings.DEFAULTS,
            List.of(project(1e6, 1_000_000, 1_000_000)),
            1,
            new FixedPolicy(Duration.ofSeconds(10)),
            new Recording(polled),
            InstantSource.fixed(NOW),
            new Random(1));
    LoopTasks tasks = new LoopTasks();
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    List<Throwable> failures = new ArrayList<>();
    WatchReader reader =
        new WatchReader(consumer, TOPIC, 1, tasks, Duration.ofMinutes(5), failures::add);
    consumer.schedulePollTask(
        () -> {
          consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
          consumer.updateEndOffsets(Map.of(PARTITION, (long) restored));
          consumer.rebalance(List.of(PARTITION));
          records.subList(0, restored).forEach(consumer::addRecord);
        });
    consumer.schedulePollTask(
        () -> records.subList(restored, records.size()).forEach(consumer::addRecord));
    consumer.schedulePollTask(reader::end);
    long later = System.nanoTime() + Duration.ofHours(1).toNanos();
    try {
      reader.start();
      reader.join();
      assertThat(failures).isEmpty();
      for (int i = 0; i < 10; i++) {
        tasks.run(engine, 0);
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(engine.view(later).restored()).isTrue();
    engine.run(later);
    return polled;
  }

  /** Remembers the watches that are polled. */
  private record Recording(Map<String, Watch> polled) implements PollActions {
    @Override
    public void get(Project project, WatchState state) {
      polled.put(state.watch.key(), state.watch);
    }

    @Override
    public void write(WatchState watch, Observation observation) {}

    @Override
    public void outage(PollerView.Project project, PollerView.Outage ended) {}
  }

  @Test
  void shouldPollWhatIsOpenAtTheEndOfTheTable() {
    write(watch("a", 1, 1)).write(watch("b", 1, 1)).write("a", null).write(watch("c", 1, 1));
    assertThat(polled(4)).containsOnlyKeys("b", "c");
  }

  @Test
  void shouldOpenAWatchAgainAfterItsTombstone() {
    write(watch("a", 1, 1)).write("a", null).write(watch("a", 2, 3));
    assertThat(polled(3)).containsExactly(Map.entry("a", watch("a", 2, 3)));
  }

  /** Anyone may write to the topic by mistake, and no job may be forgotten by that. */
  @Test
  void shouldKeepAWatchWhoseLatestValueIsUnreadable() {
    write(watch("a", 1, 1)).write("a", "?".getBytes(UTF_8)).write(null, "x".getBytes(UTF_8));
    assertThat(polled(3)).containsExactly(Map.entry("a", watch("a", 1, 1)));
  }

  @Test
  void shouldKeepTheLatestOfManyValues() {
    for (int day = 1; day <= 30; day++) {
      write(watch("a", 1, day));
    }
    assertThat(polled(30)).containsExactly(Map.entry("a", watch("a", 1, 30)));
  }

  /** Compares with a table to which each record is applied in turn. */
  @Test
  void shouldEndWithTheSameTableAsIfEachRecordWereApplied() {
    long seed = Long.getLong("seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      records.clear();
      Map<String, Watch> expected = new TreeMap<>();
      int size = 1 + random.nextInt(120);
      int keys = 1 + random.nextInt(6);
      for (int i = 0; i < size; i++) {
        String key = "job-" + random.nextInt(keys);
        switch (random.nextInt(10)) {
          case 0, 1, 2 -> {
            write(key, null);
            expected.remove(key);
          }
          case 3 -> write(key, "{}".getBytes(UTF_8));
          case 4 -> write(key, Watches.encode(watch("another", 1, 1)));
          case 5 -> {
            Watch watch = watch(key, 1, 1 + random.nextInt(9));
            write(key, withField(Watches.encode(watch), "x".repeat(5_000)));
            expected.put(key, watch);
          }
          default -> {
            Watch watch = watch(key, 1 + random.nextInt(3), 1 + random.nextInt(9));
            write(watch);
            expected.put(key, watch);
          }
        }
      }
      assertThat(polled(random.nextInt(size + 1))).isEqualTo(expected);
    }
  }
}
