package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.simulator.ExpectedJob;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.wire.TopicNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * An operator kills the bridge without warning in the middle of a thousand jobs. Readers of the
 * topics notice nothing but the delay.
 */
@ExtendWith(SharedBroker.Extension.class)
class CrashIT {
  private static final int JOBS = 1_000;
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;
  private final List<JsonNode> transitions = new ArrayList<>();
  private final List<String> eventIds = new ArrayList<>();
  private SharedBroker broker;
  private TopicNames topics;
  private SimulatorServer simulator;
  private Process bridge;

  @BeforeEach
  void start(SharedBroker sharedBroker) throws IOException {
    broker = sharedBroker;
    topics = new TopicNames(broker.newPrefix());
    simulator = SimulatorServer.start(SimulatorOptions.defaults().withSeed(7).withSpeed(80));
    bridge = launch();
  }

  @AfterEach
  void stop() {
    bridge.destroyForcibly();
    simulator.close();
  }

  @Test
  void shouldPublishEachStatusOnceThoughTheProcessIsKilledTwice() throws Exception {
    List<String> jobs =
        simulator
            .catalogue()
            .ids()
            .filter(id -> simulator.expected(id).duration().compareTo(LONGEST) < 0)
            .limit(JOBS)
            .toList();
    try (KafkaConsumer<String, String> consumer = reader()) {
      awaitTopic(consumer, topics.requests());
      request(jobs);
      subscribe(consumer, topics.transitions());

      readUntil(consumer, 500);
      kill();
      bridge = launch();
      readUntil(consumer, 1_500);
      kill();
      bridge = launch();

      Map<String, List<JsonNode>> completions = completions(jobs);
      readUntil(consumer, expectedJobs(jobs).size());
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                read(consumer);
                return ended().containsAll(expectedJobs(jobs).keySet());
              });

      assertThat(eventIds).doesNotHaveDuplicates();
      assertThat(completions).hasSize(JOBS).allSatisfy((id, each) -> assertThat(each).hasSize(1));
      assertEachStatusOnceAndRising();
      assertEnds(expectedJobs(jobs));
    }
    // The markers of a transaction reach its partitions one by one, so the last may be missing.
    await().atMost(PATIENCE).until(() -> openWatches().isEmpty());
  }

  private void assertEachStatusOnceAndRising() {
    Map<String, JobStatus> last = new HashMap<>();
    Map<String, Long> sequences = new HashMap<>();
    for (JsonNode transition : transitions) {
      String jobId = transition.path("job_id").asText();
      JobStatus status = JobStatus.valueOf(transition.path("status").asText());
      JobStatus before = last.put(jobId, status);
      assertThat(before == null || status.above(before))
          .as("%s: %s after %s", jobId, status, before)
          .isTrue();
      assertThat(transition.path("previous_status").asText(null))
          .isEqualTo(before == null ? null : before.name());
      assertThat(transition.path("sequence").asLong())
          .isEqualTo(sequences.merge(transition.path("root_job_id").asText(), 1L, Long::sum));
    }
  }

  private void assertEnds(Map<String, ExpectedJob> expected) {
    Map<String, String> ends = new HashMap<>();
    for (JsonNode transition : transitions) {
      ends.put(transition.path("job_id").asText(), transition.path("status").asText());
    }
    assertThat(ends).hasSameSizeAs(expected);
    expected.forEach((id, job) -> assertThat(ends).containsEntry(id, job.status().name()));
  }

  private Map<String, ExpectedJob> expectedJobs(List<String> roots) {
    Map<String, ExpectedJob> all = new LinkedHashMap<>();
    roots.stream()
        .flatMap(root -> simulator.expected(root).tree())
        .forEach(job -> all.put(job.jobId(), job));
    return all;
  }

  // ---- the process

  private Process launch() throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            "dev.imsbridge.cli.ImsBridge",
            "run",
            "--set=kafka.bootstrap.servers=" + broker.bootstrapServers(),
            "--set=topics.prefix=" + topics.prefix(),
            "--set=ims.endpoint=" + simulator.uri(),
            "--set=ims.region=cn-north-4",
            "--set=ims.project.id=ac234de25c6741d2b1273da49eea1b9e",
            "--set=ims.auth=none",
            "--set=ims.rate=1000",
            "--set=ims.burst=1000",
            "--set=poll.policy=fixed",
            "--set=poll.interval=500ms",
            "--set=http.listen=127.0.0.1:0",
            "--set=data.dir=" + directory.resolve("data"),
            "--set=state.dir=" + directory.resolve("state"));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
        .start();
  }

  private void kill() throws InterruptedException {
    assertThat(bridge.isAlive()).as("runs until it is killed").isTrue();
    bridge.destroyForcibly().waitFor();
  }

  // ---- Kafka

  private void request(List<String> jobs) {
    Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      for (String job : jobs) {
        var unused = producer.send(new ProducerRecord<>(topics.requests(), job));
      }
    }
  }

  private KafkaConsumer<String, String> reader() {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", broker.bootstrapServers(),
            "isolation.level", "read_committed",
            "allow.auto.create.topics", "false",
            "auto.offset.reset", "earliest");
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  private static void subscribe(KafkaConsumer<String, String> consumer, String topic) {
    awaitTopic(consumer, topic);
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  private static void awaitTopic(KafkaConsumer<String, String> consumer, String topic) {
    await().atMost(PATIENCE).until(() -> !consumer.partitionsFor(topic).isEmpty());
  }

  private void readUntil(KafkaConsumer<String, String> consumer, int count) {
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              read(consumer);
              return transitions.size() >= count;
            });
  }

  private void read(KafkaConsumer<String, String> consumer) throws IOException {
    for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
      transitions.add(JSON.readTree(record.value()));
      eventIds.add(
          new String(record.headers().lastHeader("ce_id").value(), StandardCharsets.UTF_8));
    }
  }

  private Set<String> ended() {
    Set<String> ended = new HashSet<>();
    for (JsonNode transition : transitions) {
      if (transition.path("terminal").asBoolean()) {
        ended.add(transition.path("job_id").asText());
      }
    }
    return ended;
  }

  private Map<String, List<JsonNode>> completions(List<String> jobs) {
    Map<String, List<JsonNode>> completions = new HashMap<>();
    try (KafkaConsumer<String, String> consumer = reader()) {
      subscribe(consumer, topics.completions());
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                for (ConsumerRecord<String, String> record :
                    consumer.poll(Duration.ofMillis(200))) {
                  completions
                      .computeIfAbsent(record.key(), key -> new ArrayList<>())
                      .add(JSON.readTree(record.value()));
                }
                return completions.keySet().containsAll(jobs);
              });
    }
    return completions;
  }

  private Set<String> openWatches() {
    Set<String> open = new HashSet<>();
    try (KafkaConsumer<String, String> consumer = reader()) {
      subscribe(consumer, topics.watches());
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                for (ConsumerRecord<String, String> record :
                    consumer.poll(Duration.ofMillis(200))) {
                  if (record.value() == null) {
                    open.remove(record.key());
                  } else {
                    open.add(record.key());
                  }
                }
                return ends.entrySet().stream()
                    .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
              });
    }
    return open;
  }
}
