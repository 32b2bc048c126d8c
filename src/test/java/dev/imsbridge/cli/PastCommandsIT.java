package dev.imsbridge.cli;

import static dev.imsbridge.job.JobScript.job;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.history.TestCluster;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.WrittenPast;
import dev.imsbridge.job.Story;
import dev.imsbridge.terminal.CommandOutput;
import dev.imsbridge.terminal.Terminal;
import dev.imsbridge.wire.CloudEvent.Mode;
import dev.imsbridge.wire.TopicNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code history} and {@code replay} as users call them. */
@ExtendWith(SharedBroker.Extension.class)
class PastCommandsIT {
  private final TestCluster cluster;
  private final TopicNames topics;
  private final String target;
  private final Map<String, String> environment = new TreeMap<>();
  private WrittenPast past;
  private Story story;
  private @TempDir Path directory;

  PastCommandsIT(SharedBroker broker) {
    cluster = new TestCluster(broker.bootstrapServers());
    topics = new TopicNames(broker.newPrefix());
    target = broker.newPrefix() + "again";
    environment.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    environment.put("IMSBRIDGE_TOPICS_PREFIX", topics.prefix());
    environment.put("IMSBRIDGE_HTTP_LISTEN", "off");
  }

  @BeforeEach
  void write() throws Exception {
    past = new WrittenPast(cluster, topics, Mode.BINARY);
    story =
        Story.requested()
            .answered(job("root").type("o\u001b[2Jva").init())
            .after(Duration.ofMinutes(4))
            .answered(job("root").running().with(job("c1").running()))
            .answered(job("root").running().with(job("c1").fail("IMG.1", "no\u001b]0;disk")))
            .answered(
                job("root").fail("IMG.2", "a part failed").with(job("c1").fail("IMG.1", "no")));
    past.write(story, "");
  }

  @AfterEach
  void close() {
    past.close();
    cluster.close();
  }

  private InProcess imsbridge(String... arguments) {
    return InProcess.run(environment, arguments);
  }

  @Test
  void shouldShowAJobWithItsSubJobs() {
    InProcess history = imsbridge("history", "c1", "--audit");
    assertThat(history.err()).isEmpty();
    assertThat(history.exitCode()).isZero();
    assertThat(history.out())
        .contains("FAILED after 4m")
        .contains("IMG.2: a part failed")
        .contains("its sub-job c1")
        .contains("requested by " + topics.requests() + "-0@0, accepted 2024-11-06 ")
        .containsPattern("root +o \\[2Jva +INIT .* 4m01s")
        .containsPattern("  - c1 .* RUNNING .* 1.0 s")
        .containsPattern("FAIL .* = 1.0 s +IMG.1: no ]0;disk")
        .contains("request.accepted")
        .doesNotContain("\u001b");
    assertThat(imsbridge("history", "c1", "--as-of", "2024-11-06T06:02:00Z").out())
        .contains("INIT, has not ended yet")
        .contains("1m59s so far")
        .doesNotContain("c1 ");
  }

  @Test
  void shouldSayThatThereIsAnEarlierLifeAndHowToSeeIt() {
    String first = imsbridge("history", "root").out();
    assertThat(first).doesNotContain("earlier");
    past.write(
        Story.untold()
            .after(Duration.ofDays(2))
            .request()
            .answered(job("root").type("x").success()),
        "");
    InProcess history = imsbridge("history", "root");
    assertThat(history.out())
        .contains("SUCCEEDED")
        .doesNotContain("INIT")
        .containsOnlyOnce("The job was requested earlier, too. To print those events");
    String before = history.out().strip().replaceAll("(?s).* --as-of ", "");
    String asOf = imsbridge("history", "root", "--as-of", before).out();
    assertThat(asOf.replaceAll(" +as of .*\n", "")).isEqualTo(first);
  }

  @Test
  void shouldSayInOneLineThatNothingIsKnown() {
    InProcess history = imsbridge("history", "nobody");
    assertThat(history.exitCode()).isEqualTo(1);
    assertThat(history.err()).startsWith("imsbridge: nothing is known of job nobody: ");
    assertThat(history.err().lines()).hasSize(1);
    assertThat(history.out()).isEmpty();
  }

  /** The bridge's answer is only a hint where to look. It is not printed. */
  @Test
  void shouldAskARunningBridgeWhereToLook() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    StringBuilder stages = new StringBuilder();
    story
        .tree()
        .nodes()
        .values()
        .forEach(
            node -> {
              stages
                  .append(stages.isEmpty() ? "" : ",")
                  .append("{\"job_id\":\"")
                  .append(node.jobId());
              stages.append("\",\"stages\":[");
              stages.append(
                  String.join(
                      ",",
                      node.stages().stream()
                          .map(
                              it ->
                                  "{\"status\":\"" + it.status() + "\",\"at\":\"" + it.at() + "\"}")
                          .toList()));
              stages.append("]}");
            });
    String answer =
        "{\"job_id\":\"root\",\"sequence\":%d,\"job_type\":\"untrue\",\"jobs\":[%s]}"
            .formatted(story.tree().sequence(), stages);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestURI()
                  + " "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          byte[] body = answer.getBytes(UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      environment.put("IMSBRIDGE_HTTP_AUTH_TOKEN", "s3cret");
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
      InProcess hinted = imsbridge("history", "c1", "--json", "--url", url);
      assertThat(asked).containsExactly("/api/v1/jobs/c1 Bearer s3cret");
      JsonNode json = JsonMapper.builder().build().readTree(hinted.out());
      assertThat(json.path("events")).hasSize(6);
      assertThat(hinted.out()).doesNotContain("untrue").doesNotContain("s3cret");
      assertThat(json.path("earlier_life").isNull()).isTrue();
      assertThat(imsbridge("history", "c1", "--url", url).out())
          .contains("Only events of the latest request are shown")
          .contains("--as-of 2024-11-06T06:00:00.999Z");
      server.stop(0);
      InProcess unhinted = imsbridge("history", "c1", "--output", "json", "--url", url);
      assertThat(unhinted.exitCode()).isZero();
      assertThat(unhinted.out()).startsWith("{");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void shouldPrintWhatFits() throws Exception {
    InProcess printed = imsbridge("replay", "--status", "failed", "--json");
    assertThat(printed.exitCode()).isZero();
    assertThat(printed.out().lines()).hasSize(2);
    for (String line : printed.out().lines().toList()) {
      assertThat(JsonMapper.builder().build().readTree(line).at("/data/status").asText())
          .isEqualTo("FAIL");
    }
    assertThat(printed.err()).startsWith("printed 2 of 5 events of " + topics.transitions());
    InProcess people = imsbridge("replay", "--what", "completions", "--job", "root");
    assertThat(people.out()).startsWith("2024-11-06 ").contains("ended: FAILED");
    InProcess counted = imsbridge("replay", "--dry-run", "--type", "nothing");
    assertThat(counted.out()).startsWith("would replay 0 of 5 events");
    assertThat(imsbridge("replay", "--from", "1h", "--dry-run").out())
        .startsWith("would replay 0 of 0 events");
  }

  @Test
  void shouldGoOnAfterItWasKilledHalfWay() throws Exception {
    cluster.create(target, 2);
    for (int i = 0; i < 80; i++) {
      past.write(story, "j" + i + "-");
    }
    int all = 81 * 5;
    String file = directory.resolve("progress").toString();
    String[] arguments = {"replay", "--to", target, "--resume", file, "--rate", "60"};
    try (BridgeProcess replay = BridgeProcess.start(directory, environment, arguments)) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> Files.exists(Path.of(file)) && published(file) >= 60);
      replay.signal(true);
      replay.awaitExit();
    }
    assertThat(published(file)).isBetween(60L, all - 1L);
    InProcess other = imsbridge("replay", "--to", target, "--resume", file, "--job", "root");
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err()).contains("is of another replay");

    InProcess rest = imsbridge("replay", "--to", target, "--resume", file);
    assertThat(rest.err()).isEmpty();
    assertThat(rest.exitCode()).isZero();
    // The published count covers only the records read in this run.
    Matcher numbers =
        Pattern.compile("published (\\d+) of (\\d+) events .*, and (\\d+) before the interruption")
            .matcher(rest.out());
    assertThat(numbers.find()).as(rest.out()).isTrue();
    assertThat(numbers.group(1)).isEqualTo(numbers.group(2));
    assertThat(Integer.parseInt(numbers.group(1)) + Integer.parseInt(numbers.group(3)))
        .isEqualTo(all);
    List<String> ids = ids();
    assertThat(new HashSet<>(ids)).hasSize(all);
    // At most the records published since the last bookmark, and those in flight.
    assertThat(ids).hasSizeBetween(all, all + 150);
    InProcess again = imsbridge("replay", "--to", target, "--resume", file);
    assertThat(again.exitCode()).isZero();
    assertThat(again.err()).contains("is complete");
    assertThat(ids()).hasSize(ids.size());
  }

  /** With Kafka's default retention, a broker deletes records older than a week within minutes. */
  @Test
  void shouldCreateATopicThatKeepsWhatIsReplayedAndTheKeysPartitions() throws Exception {
    InProcess missing = imsbridge("replay", "--to", target);
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.err()).contains("no topic " + target).contains("--create");
    InProcess counted = imsbridge("replay", "--to", target, "--create", "--dry-run");
    assertThat(counted.out()).startsWith("would replay 5 of 5 events");
    assertThat(imsbridge("replay", "--create").err())
        .contains("Missing required argument(s): --to=TOPIC");

    environment.put("IMSBRIDGE_TOPICS_REPLICATION_FACTOR", "7");
    InProcess refused = imsbridge("replay", "--to", target, "--create");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("topics.replication.factor").hasLineCount(1);
    environment.remove("IMSBRIDGE_TOPICS_REPLICATION_FACTOR");

    for (int i = 0; i < 2; i++) {
      InProcess created = imsbridge("replay", "--to", target, "--create");
      assertThat(created.err()).isEmpty();
      assertThat(created.exitCode()).isZero();
    }
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, target);
    Config config = cluster.admin().describeConfigs(List.of(resource)).all().get().get(resource);
    assertThat(config.get("retention.ms").value()).isEqualTo("-1");
    assertThat(config.get("cleanup.policy").value()).isEqualTo("delete");
    Map<String, Integer> partitions = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : all(topics.transitions())) {
      partitions.put(new String(record.key(), UTF_8), record.partition());
    }
    assertThat(all(target))
        .hasSize(2 * 5)
        .allSatisfy(
            record ->
                assertThat(partitions)
                    .containsEntry(new String(record.key(), UTF_8), record.partition()));
    assertThat(
            cluster
                .admin()
                .describeTopics(List.of(target))
                .allTopicNames()
                .get()
                .get(target)
                .partitions())
        .hasSize(WrittenPast.PARTITIONS);
  }

  /** The bridge may own any topic with its prefix, now or in a later version. */
  @Test
  void shouldNotPublishUnderTheBridgesOwnPrefixNorNowhere() throws Exception {
    String own = topics.prefix() + "foo";
    InProcess refused = imsbridge("replay", "--to", own, "--create");
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains(own).contains("topics.prefix");
    assertThat(cluster.admin().listTopics().names().get()).doesNotContain(own);
    for (String blank : List.of("", " ")) {
      InProcess nowhere = imsbridge("replay", "--to", blank, "--create");
      assertThat(nowhere.exitCode()).isEqualTo(2);
      assertThat(nowhere.err()).contains("--to is blank");
    }
  }

  /** As with {@code audit export | head -1}, or on a full disk. */
  @Test
  void shouldNotCountAnExportThatCouldNotBeWrittenToItsEnd() {
    for (String[] command :
        List.of(
            new String[] {"audit", "export"},
            new String[] {"audit", "tail", "--from-beginning"},
            new String[] {"history", "root"},
            new String[] {"watch", "--from-beginning"},
            new String[] {"replay", "--json"},
            new String[] {"replay"})) {
      InProcess full = unwritten("No space left on device", command);
      assertThat(full.exitCode()).as(command[0]).isEqualTo(1);
      assertThat(full.err())
          .as(command[0])
          .isEqualTo("imsbridge: standard output cannot be written: No space left on device\n");
      InProcess closed = unwritten("Broken pipe", command);
      assertThat(closed.exitCode()).as(command[0]).isEqualTo(141);
      assertThat(closed.err()).as(command[0]).isEmpty();
    }
    assertThat(imsbridge("audit", "export").err()).matches("\\d+ entries\n");
  }

  private InProcess unwritten(String reason, String... command) {
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int each) throws IOException {
            throw new IOException(reason);
          }
        };
    int code =
        ImsBridge.execute(
            new Terminal(
                environment,
                InputStream.nullInputStream(),
                new CommandOutput(closed),
                new PrintStream(err, true, UTF_8),
                false),
            List.of(command));
    return new InProcess(code, "", err.toString(UTF_8));
  }

  private static long published(String file) throws Exception {
    return JsonMapper.builder().build().readTree(Path.of(file).toFile()).path("published").asLong();
  }

  private List<String> ids() {
    return all(target).stream()
        .map(record -> new String(record.headers().lastHeader("ce_id").value(), UTF_8))
        .toList();
  }

  private List<ConsumerRecord<byte[], byte[]>> all(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    var consumer = cluster.consumer();
    try (TopicReader reader = TopicReader.open(consumer, TopicReader.partitions(consumer, topic))) {
      while (!reader.done()) {
        records.addAll(reader.next());
      }
    }
    return records;
  }
}
