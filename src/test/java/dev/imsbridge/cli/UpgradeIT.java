package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.embedded.EmbeddedKafka;
import dev.imsbridge.history.TestCluster;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * This build continues with the data of earlier releases: their topics, state and groups, as their
 * embedded broker has stored them. The data of a release is recorded once, with {@code
 * -Dupgrade.record=VERSION -Dit.test=UpgradeIT}, and never changed.
 */
class UpgradeIT {
  private static final Path RECORDED = Path.of("src/test/resources/upgrade");
  private static final List<String> JOBS =
      IntStream.range(1, 9).mapToObj("ff80808000000000000000000000%04d"::formatted).toList();

  private static final Pattern ENDED =
      Pattern.compile(
          "\"job_type\":\"ims\\w+\",.*\"status\":\"(SUCCESS|FAIL)\",.*\"requested_at\":\"20.*"
              + "\"begin_time\":\"20.*\"end_time\":\"20.*\"changed_at\":\"20.*\"ended_at\":\"20");

  @TempDir Path directory;

  private Map<String, String> settings(String kafka, SimulatorServer simulator) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", kafka);
    settings.put("IMSBRIDGE_DATA_DIR", directory.resolve("data").toString());
    settings.put("IMSBRIDGE_TOPICS_PARTITIONS", "1");
    settings.put("IMSBRIDGE_HTTP_LISTEN", "127.0.0.1:0");
    settings.put("IMSBRIDGE_IMS_ENDPOINT", simulator.uri().toString());
    settings.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
    settings.put("IMSBRIDGE_POLL_POLICY", "fixed");
    settings.put("IMSBRIDGE_POLL_INTERVAL", "300ms");
    settings.put("IMSBRIDGE_IMS_RATE", "1000");
    // The test must pass years after the recording.
    settings.put("IMSBRIDGE_STATE_RETENTION", "3650d");
    return settings;
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0.0-rc.1"})
  void shouldContinueWithTheDataOf(String version) throws Exception {
    unpack(RECORDED.resolve(version + ".tar.gz"));
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("data/kafka"), 0);
        TestCluster cluster = new TestCluster(kafka.bootstrapServers());
        SimulatorServer simulator =
            SimulatorServer.start(SimulatorOptions.defaults().withSpeed(200))) {
      Map<String, String> settings = settings(kafka.bootstrapServers(), simulator);
      long before = records(cluster, "completions");
      assertThat(before).as("completions of the recording").isBetween(1L, JOBS.size() - 1L);
      try (BridgeProcess run = BridgeProcess.start(directory, settings, "run")) {
        String ready = run.awaitLine("imsbridge ready");
        String url = ready.substring(ready.indexOf("http://"));
        // Nothing is published of these jobs any more, so only the state has them. It answers 503
        // while its partitions are assigned once more.
        await()
            .atMost(Duration.ofMinutes(1))
            .untilAsserted(
                () -> {
                  InProcess known =
                      InProcess.run(settings, "jobs", "--state", "ended", "--json", "--url", url);
                  assertThat(known.out().lines())
                      .as(known.err())
                      .isNotEmpty()
                      .allMatch(job -> ENDED.matcher(job).find(), ENDED.pattern());
                });
        // Watches that were open are polled on; what has ended is known and not published again.
        InProcess all = InProcess.run(settings, arguments("submit", "--wait", "--timeout", "2m"));
        assertThat(all.out().lines().filter(line -> line.contains(" ended: ")))
            .as(all.err() + run.err())
            .hasSameSizeAs(JOBS);
        run.signal(false);
        assertThat(run.awaitExit()).as(run.err()).isZero();
        assertThat(run.err()).doesNotContain(" WARN ", " ERROR ");
      }
      assertThat(records(cluster, "completions"))
          .as("one for each job, and the marks of their transactions")
          .isGreaterThan(before);
      InProcess verified = InProcess.run(settings, "audit", "verify");
      assertThat(verified.out()).as(verified.err()).contains("whole: ");
      InProcess compared = InProcess.run(settings, "rebuild", "--compare");
      assertThat(compared.out()).as(compared.err()).contains("identical: ");
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "upgrade.record", matches = ".+")
  void record() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(directory.resolve("data/kafka"), 0);
        TestCluster cluster = new TestCluster(kafka.bootstrapServers());
        SimulatorServer simulator =
            SimulatorServer.start(SimulatorOptions.defaults().withSpeed(20))) {
      Map<String, String> settings = settings(kafka.bootstrapServers(), simulator);
      try (BridgeProcess run = BridgeProcess.start(directory, settings, "run")) {
        run.awaitLine("imsbridge ready");
        keepForever(cluster);
        InProcess.run(settings, arguments("submit", "--deadline", "30d"));
        await().atMost(Duration.ofMinutes(2)).until(() -> records(cluster, "completions") >= 4);
        run.signal(false);
        assertThat(run.awaitExit()).isZero();
      }
    }
    pack(RECORDED.resolve(System.getProperty("upgrade.record") + ".tar.gz"));
  }

  private static String[] arguments(String... command) {
    return Stream.concat(Stream.of(command), JOBS.stream()).toArray(String[]::new);
  }

  private static long records(TestCluster cluster, String topic) {
    try (var consumer = cluster.consumer()) {
      return consumer
          .endOffsets(TopicReader.partitions(consumer, "ims.jobs." + topic))
          .values()
          .stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  private static void keepForever(TestCluster cluster) throws Exception {
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
    for (String topic : cluster.admin().listTopics().names().get()) {
      if (topic.startsWith("ims.jobs.")) {
        changes.put(
            new ConfigResource(ConfigResource.Type.TOPIC, topic),
            List.of(
                new AlterConfigOp(
                    new ConfigEntry("retention.ms", "-1"), AlterConfigOp.OpType.SET)));
      }
    }
    cluster.admin().incrementalAlterConfigs(changes).all().get();
  }

  private void pack(Path archive) throws IOException, InterruptedException {
    Files.createDirectories(archive.getParent());
    tar("-czf", archive.toAbsolutePath().toString(), "--sparse", "data");
  }

  private void unpack(Path archive) throws IOException, InterruptedException {
    tar("-xzf", archive.toAbsolutePath().toString());
  }

  private void tar(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("tar", "-C", directory.toString()));
    command.addAll(List.of(arguments));
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }
}
