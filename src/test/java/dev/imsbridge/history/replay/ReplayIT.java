package dev.imsbridge.history.replay;

import static dev.imsbridge.job.JobScript.job;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.history.TestCluster;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.WrittenPast;
import dev.imsbridge.job.Story;
import dev.imsbridge.wire.CloudEvent.Mode;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The records of a replay, and their effect on a consumer. */
@ExtendWith(SharedBroker.Extension.class)
class ReplayIT {
  private static final int JOBS = 30;

  private final TestCluster cluster;
  private final TopicNames topics;
  private final String target;
  private WrittenPast past;
  private @TempDir Path directory;

  ReplayIT(SharedBroker broker) {
    cluster = new TestCluster(broker.bootstrapServers());
    topics = new TopicNames(broker.newPrefix());
    target = broker.newPrefix() + "again";
  }

  @BeforeEach
  void write() throws Exception {
    past = new WrittenPast(cluster, topics, Mode.BINARY);
    cluster.create(target, WrittenPast.PARTITIONS);
    Story story =
        Story.requested()
            .answered(job("root").init())
            .after(Duration.ofMinutes(1))
            .answered(job("root").running().with(job("c1").running()))
            .answered(job("root").success().with(job("c1").success()));
    IntStream.range(0, JOBS).forEach(i -> past.write(story, "j" + i + "-"));
  }

  @AfterEach
  void close() {
    past.close();
    cluster.close();
  }

  private List<ConsumerRecord<byte[], byte[]>> all(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (TopicReader reader = open(topic)) {
      while (!reader.done()) {
        records.addAll(reader.next());
      }
    }
    return records;
  }

  private TopicReader open(String topic) {
    var consumer = cluster.consumer();
    return TopicReader.open(consumer, TopicReader.partitions(consumer, topic));
  }

  private Replay.Result replay(
      ReplayFilter filter, ReplaySink sink, ReplayProgress from, Replay.Saver saver)
      throws Exception {
    try (TopicReader reader = open(topics.transitions())) {
      Replay replay =
          new Replay(
              reader,
              from == null ? ReplayProgress.none("r1", "order") : from,
              filter,
              EventRate.of(Double.POSITIVE_INFINITY),
              sink);
      return replay.run(saver, progress -> {});
    }
  }

  private static String id(ConsumerRecord<byte[], byte[]> record) {
    return HeaderNames.text(record.headers(), "ce_id");
  }

  /** The state of a consumer: the first copy of each event and the latest status of each job. */
  private record Rows(Map<String, String> events, Map<String, String> jobs) {
    static Rows of(List<ConsumerRecord<byte[], byte[]>> records) {
      Rows rows = new Rows(new java.util.TreeMap<>(), new java.util.TreeMap<>());
      for (ConsumerRecord<byte[], byte[]> record : records) {
        PublishedEvent event = PublishedEvent.read(record).orElseThrow();
        if (rows.events.putIfAbsent(event.id(), event.json()) == null) {
          rows.jobs.put(event.jobId(), event.status());
        }
      }
      return rows;
    }
  }

  /**
   * The cluster's default can be LogAppendTime, but filters, history and consumers depend on the
   * original times.
   */
  @Test
  void shouldRefuseATopicThatReplacesTheTimesOfEvents() throws Exception {
    cluster
        .admin()
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, target),
                List.of(
                    new AlterConfigOp(
                        new ConfigEntry("message.timestamp.type", "LogAppendTime"),
                        AlterConfigOp.OpType.SET))))
        .all()
        .get();
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      assertThatThrownBy(
              () -> replay(ReplayFilter.all(), new TopicSink(producer, target, "r"), null, null))
          .hasMessageContaining(target)
          .hasMessageContaining("message.timestamp.type");
    }
  }

  @Test
  void shouldGiveAConsumerTheSameRowsHoweverOftenItIsReplayed() throws Exception {
    List<ConsumerRecord<byte[], byte[]>> live = all(topics.transitions());
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      for (int i = 0; i < 2; i++) {
        Replay.Result result =
            replay(ReplayFilter.all(), new TopicSink(producer, target, "r" + i), null, null);
        assertThat(result.taken()).isEqualTo(JOBS * 5L).isEqualTo(result.read());
      }
    }
    List<ConsumerRecord<byte[], byte[]>> replayed = all(target);
    assertThat(replayed).hasSize(2 * live.size());
    assertThat(Rows.of(replayed)).isEqualTo(Rows.of(live));
    assertThat(Rows.of(live).jobs()).hasSize(2 * JOBS).containsEntry("j7-root", "SUCCESS");
  }

  @Test
  void shouldPublishTheSameRecordsAndSayWhereTheyComeFrom() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      replay(ReplayFilter.all(), new TopicSink(producer, target, "r1"), null, null);
    }
    Map<String, ConsumerRecord<byte[], byte[]>> sources = new LinkedHashMap<>();
    all(topics.transitions()).forEach(record -> sources.put(id(record), record));
    List<ConsumerRecord<byte[], byte[]>> replayed = all(target);
    assertThat(replayed).hasSize(sources.size());
    Map<String, Integer> order = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : replayed) {
      ConsumerRecord<byte[], byte[]> source = sources.get(id(record));
      assertThat(record.key()).isEqualTo(source.key());
      assertThat(record.value()).isEqualTo(source.value());
      assertThat(record.timestamp()).isEqualTo(source.timestamp());
      assertThat(record.partition()).isEqualTo(source.partition());
      Map<String, String> headers = new LinkedHashMap<>();
      for (Header header : record.headers()) {
        assertThat(headers.put(header.key(), new String(header.value(), UTF_8)))
            .as(header.key())
            .isNull();
      }
      assertThat(headers)
          .containsEntry("imsbridge-replay", "r1")
          .containsEntry("source-topic", topics.transitions())
          .containsEntry("source-partition", String.valueOf(source.partition()))
          .containsEntry("source-offset", String.valueOf(source.offset()))
          .hasSize(source.headers().toArray().length + 4);
      int sequence = Integer.parseInt(headers.get("ce_sequence"));
      assertThat(sequence).isGreaterThan(order.getOrDefault(headers.get("ce_rootjob"), 0));
      order.put(headers.get("ce_rootjob"), sequence);
    }
  }

  @Test
  void shouldGoOnWhereAReplayWasThatWasKilled() throws Exception {
    Path file = directory.resolve("progress");
    class Killed extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      TopicSink sink = new TopicSink(producer, target, "r1");
      int[] left = {JOBS * 2};
      ReplayProgress[] kept = new ReplayProgress[1];
      // Killed halfway, some time after the last save.
      assertThatThrownBy(
              () -> {
                try (TopicReader reader = open(topics.transitions())) {
                  Replay replay =
                      new Replay(
                          reader,
                          ReplayProgress.none("r1", "order"),
                          ReplayFilter.all(),
                          EventRate.of(Double.POSITIVE_INFINITY),
                          record -> {
                            if (--left[0] < 0) {
                              throw new Killed();
                            }
                            return sink.take(record);
                          });
                  replay.saveEvery(Duration.ZERO);
                  replay.run(
                      saved -> {
                        if (left[0] > 10) {
                          saved.write(file);
                        }
                      },
                      progress -> {});
                }
              })
          .isInstanceOf(Killed.class);
      // Records written after the start of the replay are not part of it.
      past.write(Story.requested().answered(job("root").init()), "later-");
      ReplayProgress saved = ReplayProgress.read(file).orElseThrow();
      assertThat(saved.done()).isFalse();
      Replay.Result result = replay(ReplayFilter.all(), sink, saved, last -> kept[0] = last);
      assertThat(result.earlier()).isEqualTo(saved.published()).isPositive();
      assertThat(result.earlier() + result.taken()).isEqualTo(JOBS * 5L);
      assertThat(result.read()).isGreaterThanOrEqualTo(result.taken());
      assertThat(kept[0].published()).isEqualTo(JOBS * 5L);
      assertThat(kept[0].done()).isTrue();
    }
    List<String> ids = all(target).stream().map(ReplayIT::id).toList();
    Set<String> expected = new LinkedHashSet<>();
    all(topics.transitions()).stream()
        .filter(record -> !new String(record.key(), UTF_8).startsWith("later-"))
        .forEach(record -> expected.add(id(record)));
    assertThat(new LinkedHashSet<>(ids)).isEqualTo(expected);
    // Only the events after the last save are repeated.
    assertThat(ids.size() - expected.size()).isEqualTo(11);
  }

  @Test
  void shouldReplayOnlyWhatFits() throws Exception {
    ReplayFilter filter =
        new ReplayFilter(
            Set.of("j3-root", "j4-c1"),
            Set.of(),
            Set.of("RUNNING", "SUCCESS"),
            Map.of(),
            Story.BEGIN.plusSeconds(62),
            null);
    List<String> taken = new ArrayList<>();
    Replay.Result result =
        replay(
            filter,
            record -> taken.add(HeaderNames.text(record.headers(), "ce_subject")),
            null,
            null);
    assertThat(taken)
        .containsExactlyInAnyOrder("j3-c1", "j3-root", "j3-c1", "j3-root", "j4-c1", "j4-c1");
    assertThat(result.taken()).isEqualTo(6);
  }

  /**
   * The reader gets the partitions one after the other, with more records than it may hold back.
   */
  @Test
  void shouldMergeThePartitionsByTimeForPeople() throws Exception {
    int records = 3_000;
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      for (int i = 0; i < records; i++) {
        // The last partition only has records from one period.
        int partition = i > records / 3 && i < records / 2 ? WrittenPast.PARTITIONS - 1 : i % 2;
        producer.send(
            new ProducerRecord<>(
                target,
                partition,
                1_700_000_000_000L + i,
                null,
                String.valueOf(i).getBytes(UTF_8)));
      }
    }
    List<Integer> taken = new ArrayList<>();
    try (TopicReader reader = open(target)) {
      TimeOrder order = new TimeOrder(reader);
      while (!order.done()) {
        order
            .next()
            .forEach(record -> taken.add(Integer.valueOf(new String(record.value(), UTF_8))));
      }
    }
    assertThat(taken).hasSize(records).isSorted();
  }

  @Test
  void shouldEndWithWhatTheProducerSays() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        cluster.producer(Map.of("max.request.size", 200))) {
      assertThatThrownBy(
              () -> replay(ReplayFilter.all(), new TopicSink(producer, target, "r1"), null, null))
          .hasMessageContaining("max.request.size");
    }
    assertThat(all(target)).isEmpty();
  }

  @Test
  void shouldReadNoFurtherWhenTheSinkWantsNoMore() throws Exception {
    int[] left = {25};
    try (TopicReader reader = open(topics.transitions())) {
      Replay.Result result = replay(reader, record -> left[0]-- > 0).run(null, progress -> {});
      assertThat(result.complete()).isFalse();
      assertThat(result.taken()).isEqualTo(25);
      assertThat(reader.done()).isFalse();
    }
  }

  /** The saved progress covers the events that the sink took, not those that were read. */
  @Test
  void shouldEndWithWhatTheReaderThrowsAndHaveKeptWhatWasTakenBefore() {
    String unreadable = "j20-root";
    Deserializer<byte[]> keys =
        (name, key) -> {
          if (new String(key, UTF_8).equals(unreadable)) {
            throw new SerializationException("unreadable");
          }
          return key;
        };
    List<String> taken = new ArrayList<>();
    List<ReplayProgress> kept = new ArrayList<>();
    var consumer =
        new KafkaConsumer<>(
            cluster.settings(TopicReader.CONSUMER), keys, new ByteArrayDeserializer());
    try (TopicReader reader =
        TopicReader.open(consumer, TopicReader.partitions(consumer, topics.transitions()))) {
      Replay replay = replay(reader, record -> taken.add(id(record)));
      replay.saveEvery(Duration.ZERO);
      assertThatThrownBy(() -> replay.run(kept::add, progress -> {}))
          .isInstanceOf(RecordDeserializationException.class);
    }
    assertThat(taken).isNotEmpty().hasSizeLessThan(JOBS * 5);
    assertThat(kept).hasSize(taken.size());
    for (int i = 0; i < kept.size(); i++) {
      assertThat(kept.get(i).published()).isEqualTo(i + 1);
      assertThat(kept.get(i).done()).isFalse();
    }
  }

  private static Replay replay(TopicReader reader, ReplaySink sink) {
    return new Replay(
        reader,
        ReplayProgress.none("r1", "order"),
        ReplayFilter.all(),
        EventRate.of(Double.POSITIVE_INFINITY),
        sink);
  }
}
