package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.config.Keys;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.ScriptedJob;
import dev.imsbridge.wire.ImsExamples;
import dev.imsbridge.wire.RootPartition;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Any instance answers for all jobs. While jobs move between instances, an instance may report that
 * it cannot answer, but never that a job does not exist.
 */
@ExtendWith(SharedBroker.Extension.class)
@Timeout(180)
class TwoInstancesIT {
  private static final int PARTITIONS = 4;
  private static final int JOBS = 24;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TOKEN = "the-token-of-this-test";
  private static final String WITH_TOKEN = Keys.HTTP_TOKEN + "=" + TOKEN;

  @TempDir Path directory;

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  /** The root job of each job and sub-job, by id. */
  private final Map<String, String> known = new TreeMap<>();

  private final List<String> wrong = new CopyOnWriteArrayList<>();
  private final AtomicInteger right = new AtomicInteger();
  private final AtomicInteger later = new AtomicInteger();

  @Test
  void shouldAnswerForAllJobsWhicheverInstanceIsAskedAndWhileTheyMove(SharedBroker broker)
      throws Exception {
    ScheduledExecutorService asking = Executors.newScheduledThreadPool(3);
    try (WholeBridge first =
        WholeBridge.start(
            broker, directory.resolve("1"), Keys.IMS_PROJECT_ID + "=p1", WITH_TOKEN)) {
      watchJobs(first);
      asking.scheduleWithFixedDelay(() -> ask(first.url()), 0, 10, TimeUnit.MILLISECONDS);

      WholeBridge second =
          first.another(broker, directory.resolve("2"), Keys.IMS_PROJECT_ID + "=p1", WITH_TOKEN);
      try {
        asking.scheduleWithFixedDelay(() -> ask(second.url()), 0, 10, TimeUnit.MILLISECONDS);
        await().atMost(PATIENCE).until(() -> partitions(first).size() == 2);
        shouldTellOfAll(first);
        shouldTellOfAll(second);
        shouldKnowWhenEachJobIsPolledNext(first);
        shouldKnowWhenEachJobIsPolledNext(second);
        shouldSayWhoOwnsEachPartition(first, partitions(first));
        shouldSayWhoOwnsEachPartition(second, partitions(first));
        shouldTellEverybodyThatAJobHasEnded(first, second);
        assertThat(wrong).isEmpty();
      } finally {
        asking.schedule(() -> list(first.url()), 0, TimeUnit.MILLISECONDS);
        second.close();
      }
      await()
          .atMost(Duration.ofSeconds(10))
          .pollInterval(Duration.ofMillis(100))
          .ignoreExceptions()
          .until(() -> all(first));
      shouldTellOfAll(first);
    } finally {
      asking.shutdownNow();
    }
    assertThat(wrong).isEmpty();
    assertThat(right).as("answers").hasPositiveValue();
    System.out.printf("%d answers, %d asked to come again%n", right.get(), later.get());
  }

  private void shouldSayWhoOwnsEachPartition(WholeBridge bridge, Map<String, Set<Integer>> owners) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode all = json(get(bridge.url() + "/api/v1/partitions"));
              assertThat(observations(all, "RUNNING")).hasSize(PARTITIONS);
              Map<String, Set<Integer>> found = new TreeMap<>();
              for (JsonNode each : all.path("partitions")) {
                if (each.path("topic").asText().endsWith("observations")) {
                  found
                      .computeIfAbsent(each.path("instance").asText(), any -> new TreeSet<>())
                      .add(each.path("partition").asInt());
                }
              }
              assertThat(found).isEqualTo(owners);
            });
  }

  private static Set<Integer> observations(JsonNode all, String state) {
    Set<Integer> partitions = new TreeSet<>();
    for (JsonNode each : all.path("partitions")) {
      if (each.path("topic").asText().endsWith("observations")
          && each.path("state").asText().equals(state)) {
        partitions.add(each.path("partition").asInt());
      }
    }
    return partitions;
  }

  /** Any instance tells of the end: of jobs that it owns, and of those of the other one. */
  private void shouldTellEverybodyThatAJobHasEnded(WholeBridge first, WholeBridge second)
      throws Exception {
    Map<String, List<CompletableFuture<HttpResponse<String>>>> waiting = new TreeMap<>();
    Set<Integer> partitions = new TreeSet<>();
    for (String root : Set.copyOf(known.values())) {
      if (partitions.add(RootPartition.of(root, PARTITIONS))) {
        waiting.put(
            root,
            List.of(
                waiting(first.url() + "/api/v1/jobs/" + root + "/completion?wait=20s"),
                waiting(second.url() + "/api/v1/jobs/" + root + "/completion?wait=20s")));
      }
    }
    assertThat(partitions).hasSize(PARTITIONS);
    for (String root : waiting.keySet()) {
      http.send(
          request(first.url() + "/api/v1/jobs/" + root).DELETE().build(),
          HttpResponse.BodyHandlers.discarding());
    }
    for (List<CompletableFuture<HttpResponse<String>>> ofJob : waiting.values()) {
      Set<String> ids = new TreeSet<>();
      for (CompletableFuture<HttpResponse<String>> each : ofJob) {
        HttpResponse<String> answer = each.get(30, TimeUnit.SECONDS);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        ids.add(answer.headers().firstValue("ce-id").orElseThrow());
      }
      assertThat(ids).as("the same event at both instances").hasSize(1);
    }
  }

  private CompletableFuture<HttpResponse<String>> waiting(String url) {
    return http.sendAsync(request(url).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String url) {
    return HttpRequest.newBuilder(URI.create(url))
        .header("authorization", "Bearer " + TOKEN)
        .timeout(Duration.ofSeconds(30));
  }

  /**
   * A dead instance does not leave the group: its partitions are unavailable until Kafka removes
   * it.
   */
  @Test
  void shouldSayThatItCannotTellWhileTheOtherInstanceLiesDeadAndThenAnswerForAll(
      SharedBroker broker) throws Exception {
    ScheduledExecutorService asking = Executors.newScheduledThreadPool(2);
    try (WholeBridge first =
        WholeBridge.start(broker, directory.resolve("1"), Keys.IMS_PROJECT_ID + "=p1")) {
      watchJobs(first);
      try (BridgeProcess second = process(first, broker)) {
        await().atMost(PATIENCE).until(() -> partitions(first).size() == 2);
        shouldTellOfAll(first);
        Set<Integer> lost = partitionsOfTheOther(first);
        String job =
            known.values().stream()
                .filter(root -> lost.contains(RootPartition.of(root, PARTITIONS)))
                .findFirst()
                .orElseThrow();
        asking.scheduleWithFixedDelay(() -> ask(first.url()), 0, 10, TimeUnit.MILLISECONDS);
        asking.scheduleWithFixedDelay(() -> past(first.url(), job), 0, 50, TimeUnit.MILLISECONDS);

        second.signal(true);
        second.awaitExit();

        assertThat(get(first.url() + "/api/v1/jobs/" + job).statusCode()).isEqualTo(503);
        HttpResponse<String> completion =
            get(first.url() + "/api/v1/jobs/" + job + "/completion?wait=10s");
        assertThat(completion.statusCode()).isEqualTo(503);
        assertThat(completion.headers().firstValue("retry-after")).isPresent();
        assertThat(get(first.url() + "/api/v1/jobs?format=csv").statusCode()).isEqualTo(503);
        JsonNode list = json(get(first.url() + "/api/v1/jobs"));
        assertThat(list.path("partial").asBoolean()).isTrue();
        assertThat(list.path("missing_partitions")).hasSameSizeAs(lost);
        // The status may be 1 s old, and the partitions 2 s.
        await()
            .atMost(Duration.ofSeconds(5))
            .untilAsserted(
                () -> {
                  JsonNode status = json(get(first.url() + "/api/v1/status"));
                  assertThat(status.path("instances")).hasSize(1);
                  assertThat(status.path("partial").asBoolean()).isTrue();
                  JsonNode moving = json(get(first.url() + "/api/v1/partitions"));
                  assertThat(moving.path("partial").asBoolean()).isTrue();
                  assertThat(observations(moving, "UNKNOWN")).isEqualTo(lost);
                });
        shouldTellOfAll(first);
      }
      await()
          .atMost(PATIENCE)
          .until(() -> !json(get(first.url() + "/api/v1/status")).path("partial").asBoolean());
      await().atMost(PATIENCE).until(() -> partitions(first).size() == 1);
    } finally {
      asking.shutdownNow();
    }
    assertThat(wrong).isEmpty();
    assertThat(later).as("answers that say to come again").hasPositiveValue();
  }

  /** A pause that one instance misses, or forgets, is no pause. */
  @Test
  void shouldNotPollAPausedProjectWhicheverInstanceOwnsItsJobsAndAfterARestart(SharedBroker broker)
      throws Exception {
    try (WholeBridge first =
        WholeBridge.start(broker, directory.resolve("1"), Keys.IMS_PROJECT_ID + "=p1")) {
      watchJobs(first);
      WholeBridge second =
          first.another(broker, directory.resolve("2"), Keys.IMS_PROJECT_ID + "=p1");
      try {
        await().atMost(PATIENCE).until(() -> partitions(first).size() == 2);
        foreignControlRecord(first);
        assertThat(command(first, "pause", "p1", "--reason", "maintenance")).startsWith("sent the");
        await().atMost(PATIENCE).until(() -> paused(first) == 2 && inFlight(first) == 0);
        shouldNotPoll(first);
      } finally {
        second.close();
      }
      // The new owner of its partitions, and a new instance, read the same pause.
      await().atMost(PATIENCE).until(() -> partitions(first).size() == 1);
      shouldNotPoll(first);
      try (WholeBridge third =
          first.another(broker, directory.resolve("3"), Keys.IMS_PROJECT_ID + "=p1")) {
        await().atMost(PATIENCE).until(() -> partitions(first).size() == 2 && paused(first) == 2);
        shouldNotPoll(first);
        assertThat(command(first, "status")).contains(" by ").contains("(cli): maintenance");

        command(first, "resume", "p1");
        long before = polls(first);
        await().atMost(PATIENCE).until(() -> paused(first) == 0 && polls(first) > before + JOBS);
      }
    }
  }

  private static void foreignControlRecord(WholeBridge bridge) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = bridge.running().kafka().producer()) {
      String topic = bridge.config().topics().control();
      producer.send(new ProducerRecord<>(topic, 0, null, "stop it".getBytes(UTF_8))).get();
    }
  }

  private static String command(WholeBridge bridge, String... arguments) {
    Map<String, String> environment =
        Map.of(
            "IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS",
            bridge.running().kafka().bootstrap(),
            "IMSBRIDGE_TOPICS_PREFIX",
            bridge.config().topics().prefix(),
            "IMSBRIDGE_IMS_ENDPOINT",
            bridge.simulator().uri().toString(),
            "IMSBRIDGE_IMS_PROJECT_ID",
            "p1",
            "IMSBRIDGE_HTTP_LISTEN",
            bridge.url().substring("http://".length()));
    InProcess ended = InProcess.run(environment, arguments);
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    return ended.out();
  }

  /** Polls take place ten times a second when the project is not paused. */
  private void shouldNotPoll(WholeBridge bridge) {
    long before = bridge.simulator().stats().jobGets();
    await()
        .during(Duration.ofSeconds(2))
        .until(() -> bridge.simulator().stats().jobGets() == before);
  }

  private static long polls(WholeBridge bridge) {
    return bridge.simulator().stats().jobGets();
  }

  /** Returns the number of instances that show the project as paused. */
  private long paused(WholeBridge bridge) throws Exception {
    return json(get(bridge.url() + "/api/v1/status")).findValues("paused").stream()
        .filter(JsonNode::isObject)
        .count();
  }

  private int inFlight(WholeBridge bridge) throws Exception {
    int sum = 0;
    for (JsonNode each : json(get(bridge.url() + "/api/v1/status")).path("instances")) {
      sum += each.at("/poller/in_flight").asInt();
    }
    return sum;
  }

  private BridgeProcess process(WholeBridge first, SharedBroker broker) throws IOException {
    return BridgeProcess.start(
        directory,
        Map.of(),
        "run",
        "--set=" + Keys.KAFKA_BOOTSTRAP + "=" + broker.bootstrapServers(),
        "--set=" + Keys.TOPICS_PREFIX + "=" + first.config().topics().prefix(),
        "--set=" + Keys.TOPICS_PARTITIONS + "=" + PARTITIONS,
        "--set=" + Keys.DATA_DIR + "=" + directory.resolve("2"),
        "--set=" + Keys.IMS_ENDPOINT + "=" + first.simulator().uri(),
        "--set=" + Keys.IMS_PROJECT_ID + "=p1",
        "--set=" + Keys.IMS_AUTH + "=none",
        "--set=" + Keys.HTTP_LISTEN + "=127.0.0.1:0");
  }

  private Set<Integer> partitionsOfTheOther(WholeBridge first) throws Exception {
    Map<String, Set<Integer>> kept = partitions(first);
    kept.remove("127.0.0.1:" + first.running().http().port());
    return kept.values().iterator().next();
  }

  private void watchJobs(WholeBridge bridge) throws Exception {
    for (int i = 0; i < JOBS; i++) {
      ImsJobType type = i % 3 == 0 ? ImsJobType.IMPORT_OVA_IMAGE : ImsJobType.IMPORT_IMAGE;
      String id =
          bridge
              .simulator()
              .create(
                  ScriptedJob.of(type).withId("job-" + i).lasting(Duration.ofHours(10)).build());
      bridge.request(http, id);
    }
    for (int i = 0; i < JOBS; i++) {
      String id = "job-" + i;
      int jobs = i % 3 == 0 ? 2 : 1;
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                HttpResponse<String> response = get(bridge.url() + "/api/v1/jobs/" + id);
                JsonNode job = json(response);
                job.path("jobs").forEach(node -> known.put(node.path("job_id").asText(), id));
                return job.path("jobs").size() >= jobs;
              });
    }
    assertThat(known).hasSizeGreaterThan(JOBS);
  }

  /** Returns the partitions of each instance; empty unless together they have all. */
  private Map<String, Set<Integer>> partitions(WholeBridge bridge) throws Exception {
    Map<String, Set<Integer>> partitions = new TreeMap<>();
    Set<Integer> all = new TreeSet<>();
    JsonNode status = json(get(bridge.url() + "/api/v1/status"));
    for (JsonNode instance : status.path("instances")) {
      Set<Integer> kept = new TreeSet<>();
      instance.path("partitions").forEach(each -> kept.add(each.asInt()));
      if (!kept.isEmpty()) {
        partitions.put(instance.path("instance").asText(), kept);
      }
      all.addAll(kept);
    }
    return all.size() == PARTITIONS ? partitions : Map.of();
  }

  private boolean all(WholeBridge bridge) throws Exception {
    for (String id : known.keySet()) {
      if (get(bridge.url() + "/api/v1/jobs/" + id).statusCode() != 200) {
        return false;
      }
    }
    JsonNode list = json(get(bridge.url() + "/api/v1/jobs"));
    return list.path("jobs").size() == JOBS && !list.path("partial").asBoolean();
  }

  private void shouldTellOfAll(WholeBridge bridge) {
    await().atMost(PATIENCE).until(() -> all(bridge));
  }

  /** Works even if another instance polls the job. */
  private void shouldKnowWhenEachJobIsPolledNext(WholeBridge bridge) {
    for (String root : Set.copyOf(known.values())) {
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  json(get(bridge.url() + "/api/v1/jobs/" + root))
                      .at("/watches/0/attempts")
                      .isInt());
    }
    // The list takes the forecasts of all its jobs from the instances that poll them.
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                json(get(bridge.url() + "/api/v1/jobs"))
                        .path("jobs")
                        .findValues("elapsed_ms")
                        .size()
                    == JOBS);
  }

  // ---- continuous requests

  private void ask(String url) {
    List<String> ids = List.copyOf(known.keySet());
    String id = ids.get(ThreadLocalRandom.current().nextInt(ids.size()));
    if (ThreadLocalRandom.current().nextInt(4) == 0) {
      list(url);
    } else {
      job(url, id);
    }
  }

  private void job(String url, String id) {
    answer(
        url + "/api/v1/jobs/" + id,
        json ->
            json.path("job_id").asText().equals(known.get(id))
                && json.path("asked_job_id").asText().equals(id));
  }

  /** Requests the history, which the owner of the job reads from the topics. */
  private void past(String url, String id) {
    answer(
        url + "/api/v1/jobs/" + id + "/history",
        json -> json.path("root_job_id").asText().equals(id));
  }

  /** Every job that is not listed must belong to a partition reported as missing. */
  private void list(String url) {
    answer(
        url + "/api/v1/jobs?limit=500",
        json -> {
          Set<Integer> missing = new TreeSet<>();
          json.path("missing_partitions").forEach(each -> missing.add(each.asInt()));
          Set<String> wanted =
              known.values().stream()
                  .filter(root -> !missing.contains(RootPartition.of(root, PARTITIONS)))
                  .collect(Collectors.toCollection(TreeSet::new));
          Set<String> listed = new TreeSet<>(json.path("jobs").findValuesAsText("job_id"));
          return json.path("partial").asBoolean() == !missing.isEmpty()
              && listed.containsAll(wanted)
              && json.path("next_cursor").isNull();
        });
  }

  private interface Check {
    boolean right(JsonNode json);
  }

  private void answer(String url, Check check) {
    try {
      HttpResponse<String> response = get(url);
      if (response.statusCode() == 503) {
        later.incrementAndGet();
        if (response.headers().firstValue("retry-after").isEmpty()) {
          wrong.add(url + " -> 503 without Retry-After");
        }
      } else if (response.statusCode() == 200 && check.right(json(response))) {
        right.incrementAndGet();
      } else {
        wrong.add(url + " -> " + response.statusCode() + " " + response.body());
      }
    } catch (IOException e) {
      // The instance was stopped.
      later.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      wrong.add(url + " -> " + e);
    }
  }

  private HttpResponse<String> get(String url) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(url))
            .header("authorization", "Bearer " + TOKEN)
            .timeout(Duration.ofSeconds(20))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> response) {
    return ImsExamples.json(response.body().getBytes(UTF_8));
  }
}
