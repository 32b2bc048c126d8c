package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.imsbridge.cli.jobs.AwaitedJobs;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.service.KafkaAccess;
import dev.imsbridge.wire.RootPartition;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** When {@code watch ID} counts a job as ended. The test writes the topics itself. */
@ExtendWith(SharedBroker.Extension.class)
class WatchIT {
  private static final String JOB = "job-that-was-lost";
  private static final int PARTITIONS = 2;

  private final Map<String, String> settings = new TreeMap<>();
  private BridgeConfig config;
  private HttpServer server;

  @BeforeEach
  void topics(SharedBroker broker) {
    settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    settings.put("IMSBRIDGE_TOPICS_PREFIX", broker.newPrefix());
    settings.put("IMSBRIDGE_TOPICS_PARTITIONS", Integer.toString(PARTITIONS));
    assertThat(InProcess.run(settings, "topics", "apply").exitCode()).isZero();
    config = BridgeConfig.load(null, settings, List.of());
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String type, String value) {
    return record(topic, type, JOB, value);
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, String type, String job, String value) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            RootPartition.of(job, PARTITIONS),
            job.getBytes(UTF_8),
            value == null ? null : value.getBytes(UTF_8));
    record.headers().add("ce_type", "dev.imsbridge.job.%s.v1".formatted(type).getBytes(UTF_8));
    return record;
  }

  private void write(String topic, String job, String value) throws Exception {
    ProducerRecord<byte[], byte[]> record = record(topic, "completed", job, value);
    try (KafkaProducer<byte[], byte[]> producer = KafkaAccess.of(config).producer()) {
      producer.send(record).get(20, TimeUnit.SECONDS);
    }
  }

  private void completed(String outcome) throws Exception {
    completed(outcome, JOB);
  }

  private void completed(String outcome, String job) throws Exception {
    write(
        config.topics().completions(),
        job,
        """
        {"job_id": "%s", "root_job_id": "%s", "status": "%s", "outcome": "%s", "sub_jobs": []}\
        """
            .formatted(job, job, outcome, outcome));
  }

  private void status(String status) throws Exception {
    write(
        config.topics().status(),
        JOB,
        """
        {"job_id": "%s", "root_job_id": "%s", "status": "%s"}\
        """
            .formatted(JOB, JOB, status));
  }

  private void watched(boolean open) throws Exception {
    write(config.topics().watches(), JOB, open ? "{}" : null);
  }

  /** Serves the forecast of the job, as a bridge does over HTTP. */
  private void forecast() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/v1/jobs/" + JOB,
        exchange -> {
          byte[] job = "{\"forecast\": {\"elapsed_ms\": 60000}}".getBytes(UTF_8);
          exchange.sendResponseHeaders(200, job.length);
          exchange.getResponseBody().write(job);
          exchange.close();
        });
    server.start();
    settings.put("IMSBRIDGE_HTTP_LISTEN", "127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  @Test
  void shouldEndAtTheLossOfAJobThatNobodyAskedForAgain() throws Exception {
    watched(true);
    completed("LOST");
    watched(false);

    InProcess watch = InProcess.run(settings, "watch", JOB);

    assertThat(watch.exitCode()).isEqualTo(AwaitedJobs.LOST);
    assertThat(watch.out()).contains("LOST");
  }

  @Test
  void shouldEndAtTheLastOfSeveralEnds() throws Exception {
    completed("LOST");
    completed("SUCCEEDED");

    InProcess watch = InProcess.run(settings, "watch", JOB);

    assertThat(watch.exitCode()).isZero();
    assertThat(watch.out()).contains("LOST").contains("SUCCEEDED");
  }

  /** Retention deletes completions while the bridge still knows the jobs. */
  @Test
  void shouldEndByTheStatusOfAJobWhoseCompletionIsNoLongerRetained() throws Exception {
    status("FAIL");

    InProcess watch = InProcess.run(settings, "watch", JOB, "--timeout", "20s");

    assertThat(watch.exitCode()).isEqualTo(1);
    assertThat(watch.out()).contains("ended: FAIL").hasLineCount(1);
    assertThat(watch.err()).contains(JOB + " has ended, and its completion is no longer retained");
  }

  @Test
  void shouldPreferTheCompletionToTheStatus() throws Exception {
    status("SUCCESS");
    completed("SUCCEEDED");

    InProcess watch = InProcess.run(settings, "watch", JOB);

    assertThat(watch.exitCode()).isZero();
    assertThat(watch.out()).contains("ended: SUCCEEDED").hasLineCount(1);
    assertThat(watch.err()).isEmpty();
  }

  @Test
  void shouldGoOnAfterTheLossOfAJobThatWasAskedForAgain() throws Exception {
    status("LOST");
    completed("LOST");
    watched(true);
    CompletableFuture<InProcess> watch =
        CompletableFuture.supplyAsync(() -> InProcess.run(settings, "watch", JOB));
    Awaitility.await()
        .during(Duration.ofSeconds(3))
        .atMost(Duration.ofSeconds(10))
        .until(() -> !watch.isDone());

    completed("SUCCEEDED");

    InProcess ended = watch.get(30, TimeUnit.SECONDS);
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.out()).contains("LOST").contains("SUCCEEDED");
  }

  /**
   * The cause may be a misspelt id, or a bridge that is not running. Silence would not distinguish
   * them.
   */
  @Test
  void shouldSayWhatItWaitsFor() throws Exception {
    watched(true);
    forecast();
    CompletableFuture<InProcess> watch =
        CompletableFuture.supplyAsync(
            () -> InProcess.run(settings, "watch", JOB, "nobody-asked-for-it"));
    Awaitility.await()
        .during(Duration.ofSeconds(8))
        .atMost(Duration.ofSeconds(20))
        .until(() -> !watch.isDone());

    completed("SUCCEEDED", JOB);
    completed("SUCCEEDED", "nobody-asked-for-it");

    assertThat(watch.get(30, TimeUnit.SECONDS).err().lines())
        .containsExactlyInAnyOrder(
            "imsbridge: waiting for a request for nobody-asked-for-it (imsbridge submit);"
                + " no bridge runs at "
                + settings.get("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS"),
            "imsbridge: waiting for the next status of "
                + JOB
                + ": after 1m00s; no bridge runs at "
                + settings.get("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS"));
  }

  /**
   * An explanation that cannot be given must not end the watch, for example if the user may not
   * read the topic.
   */
  @Test
  void shouldGoOnWhereTheWatchesCannotBeRead() throws Exception {
    try (Admin admin = KafkaAccess.of(config).admin()) {
      admin.deleteTopics(List.of(config.topics().watches())).all().get(20, TimeUnit.SECONDS);
    }
    CompletableFuture<InProcess> watch =
        CompletableFuture.supplyAsync(() -> InProcess.run(settings, "watch", JOB));
    Awaitility.await()
        .during(Duration.ofSeconds(8))
        .atMost(Duration.ofSeconds(20))
        .until(() -> !watch.isDone());

    completed("SUCCEEDED");

    assertThat(watch.get(30, TimeUnit.SECONDS).exitCode()).isZero();
  }

  /** A script starts {@code run} and {@code submit} one after the other. */
  @Test
  void shouldWaitForTopicsThatABridgeIsAboutToCreate(SharedBroker broker) throws Exception {
    settings.put("IMSBRIDGE_TOPICS_PREFIX", broker.newPrefix());
    assertThat(InProcess.run(settings, "watch", JOB).err())
        .contains(": wait until `imsbridge run` prints `imsbridge ready`, or create it with");
    CompletableFuture<InProcess> submit =
        CompletableFuture.supplyAsync(() -> InProcess.run(settings, "submit", JOB));
    Awaitility.await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(8))
        .until(() -> !submit.isDone());

    assertThat(InProcess.run(settings, "topics", "apply").exitCode()).isZero();

    assertThat(submit.get(30, TimeUnit.SECONDS).out()).startsWith("submitted 1 job to ");
  }

  @Test
  void shouldSayThatARequestWaitsForABridge() {
    InProcess submitted = InProcess.run(settings, "submit", JOB);

    assertThat(submitted.exitCode()).isZero();
    assertThat(submitted.err())
        .contains("no bridge runs at")
        .contains("requests wait on " + config.topics().requests())
        .hasLineCount(1);
  }

  // The markers of a transaction reach its partitions one by one.
  @Test
  void shouldTellTheLastTransitionBeforeTheEndThoughItsCommitIsMarkedLater() throws Exception {
    try (KafkaProducer<byte[], byte[]> late =
        KafkaAccess.of(config).producer(Map.of("transactional.id", "late"))) {
      late.initTransactions();
      late.beginTransaction();
      late.send(
              record(
                  config.topics().transitions(),
                  "success",
                  """
                  {"job_id": "%s", "root_job_id": "%s", "status": "SUCCESS"}\
                  """
                      .formatted(JOB, JOB)))
          .get(20, TimeUnit.SECONDS);
      completed("SUCCEEDED");
      CompletableFuture<InProcess> watch =
          CompletableFuture.supplyAsync(
              () -> InProcess.run(settings, "watch", JOB, "--json", "--from-beginning"));
      Awaitility.await()
          .during(Duration.ofSeconds(3))
          .atMost(Duration.ofSeconds(10))
          .until(() -> !watch.isDone());
      late.commitTransaction();

      InProcess ended = watch.get(30, TimeUnit.SECONDS);
      assertThat(ended.exitCode()).isZero();
      assertThat(ended.out()).containsSubsequence("job.success.v1", "job.completed.v1");
    }
  }
}
