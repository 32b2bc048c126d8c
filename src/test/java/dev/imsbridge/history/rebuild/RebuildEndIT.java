package dev.imsbridge.history.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.history.TestCluster;
import dev.imsbridge.history.rebuild.ComparisonCounts.Result;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.ledger.Ledger;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.CloudEvent.Mode;
import dev.imsbridge.wire.Observation;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The end of a comparison depends on the offsets that the bridge's group has committed. */
@ExtendWith(SharedBroker.Extension.class)
class RebuildEndIT {
  private static final int PARTITIONS = 3;

  private final TestCluster cluster;
  private final TopicNames topics;
  private final String group;

  RebuildEndIT(SharedBroker broker) {
    cluster = new TestCluster(broker.bootstrapServers());
    topics = new TopicNames(broker.newPrefix());
    group = topics.prefix() + "group";
  }

  /** Only the first partition ever held a record, as after a few jobs. */
  @BeforeEach
  void observeInOnePartition() throws Exception {
    for (String topic :
        List.of(
            topics.observations(),
            topics.transitions(),
            topics.completions(),
            topics.status(),
            topics.audit())) {
      cluster.create(topic, PARTITIONS);
    }
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      producer
          .send(
              new ProducerRecord<>(
                  topics.observations(), 0, "j".getBytes(UTF_8), "{}".getBytes(UTF_8)))
          .get();
    }
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void shouldKnowTheEndOfPartitionsThatNeverHeldARecord() throws Exception {
    RebuildReport before = compare();
    assertThat(before.endsKnown()).isFalse();
    assertThat(before.different()).isZero();
    assertThat(before.topics()).extracting(counts -> counts.count(Result.PENDING)).contains(1L);
    assertThat(before.topics()).allSatisfy(RebuildEndIT::addsUp);
    assertThat(before.partitions())
        .extracting(RebuildReport.Taken::endKnown)
        .containsExactly(false, true, true);

    cluster
        .admin()
        .alterConsumerGroupOffsets(
            group, Map.of(new TopicPartition(topics.observations(), 0), new OffsetAndMetadata(1)))
        .all()
        .get();
    RebuildReport after = compare();
    assertThat(after.endsKnown()).isTrue();
    assertThat(after.whole()).isTrue();
    assertThat(after.different()).as("its outputs are due now").isOne();
    assertThat(after.topics()).extracting(counts -> counts.count(Result.PENDING)).containsOnly(0L);
  }

  /** The bridge has not read the request and the answer yet. */
  @Test
  void shouldCountAsPendingWhatTheBridgeWillPublish() throws Exception {
    Instant at = Instant.parse("2026-11-23T00:00:00Z");
    ProjectRef project = new ProjectRef("r", "p");
    JobRequest request =
        new JobRequest("j", project, new TreeMap<>(), null, JobRequest.Correlation.NONE);
    OutputRecord accepted = LogCodec.encodeRequest(request, new Evidence("requests", 0, 0), at);
    Observation answer =
        new Observation(
            new Watch("j", "j", project, null, 1, at, at.plusSeconds(60)),
            Observation.Kind.ANSWER,
            at,
            1,
            200,
            "id",
            Duration.ZERO,
            null,
            null,
            "{\"job_id\":\"j\",\"status\":\"RUNNING\"}".getBytes(UTF_8));
    int own = RootPartition.of("j", PARTITIONS);
    try (KafkaProducer<byte[], byte[]> producer = cluster.producer(Map.of())) {
      producer.send(
          new ProducerRecord<>(
              topics.observations(), own, accepted.key(), accepted.value(), accepted.headers()));
      ProducerRecord<byte[], byte[]> record = answer.record(topics.observations(), own);
      producer.send(record).get();
    }

    RebuildReport report = compare();

    assertThat(report.different()).isZero();
    assertThat(report.topics())
        .filteredOn(each -> List.of(topics.transitions(), topics.audit()).contains(each.topic()))
        .hasSize(2)
        .allSatisfy(each -> assertThat(each.count(Result.PENDING)).as(each.topic()).isPositive())
        .allSatisfy(RebuildEndIT::addsUp);
  }

  /** An operator who compares while the bridge runs expects the columns to add up. */
  private static void addsUp(ComparisonCounts counts) {
    assertThat(counts.count(Result.RECOMPUTED))
        .as(counts.topic())
        .isEqualTo(
            Stream.of(Result.values())
                .filter(each -> each != Result.RECOMPUTED)
                .mapToLong(counts::count)
                .sum());
  }

  private RebuildReport compare() {
    return new Rebuild(
            cluster::consumer,
            topics,
            new Ledger(FoldRules.DEFAULTS, Duration.ofDays(7), Mode.BINARY),
            null)
        .compare(cluster.admin(), topics, group, progress -> {});
  }
}
