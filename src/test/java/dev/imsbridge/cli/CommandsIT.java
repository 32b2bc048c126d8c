package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.service.Build;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The commands as processes against a real broker: their output and exit codes. */
@ExtendWith(SharedBroker.Extension.class)
class CommandsIT {
  private static final Duration STOP = Duration.ofSeconds(10);

  @TempDir Path directory;

  private Map<String, String> settings(SharedBroker broker, SimulatorServer simulator) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    settings.put("IMSBRIDGE_TOPICS_PREFIX", broker.newPrefix());
    settings.put("IMSBRIDGE_TOPICS_PARTITIONS", "2");
    settings.put("IMSBRIDGE_HTTP_LISTEN", "127.0.0.1:0");
    settings.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
    settings.put("IMSBRIDGE_IMS_RATE", "500");
    settings.put("IMSBRIDGE_POLL_POLICY", "fixed");
    settings.put("IMSBRIDGE_POLL_INTERVAL", "100ms");
    if (simulator != null) {
      settings.put("IMSBRIDGE_IMS_ENDPOINT", simulator.uri().toString());
    }
    return settings;
  }

  private static SimulatorServer simulator() {
    return SimulatorServer.start(SimulatorOptions.defaults().withSpeed(200));
  }

  @Test
  void shouldCarryJobsFromSubmitToWatchAndStopInOrder(SharedBroker broker) throws Exception {
    try (SimulatorServer simulator = simulator()) {
      Map<String, String> settings = settings(broker, simulator);
      String good = simulator.catalogue().id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.SUCCESS);
      String bad = simulator.catalogue().id(ImsJobType.IMPORT_IMAGE, JobStatus.FAIL);
      try (BridgeProcess run = BridgeProcess.start(directory, settings, "run")) {
        String ready = run.awaitLine("imsbridge ready");
        awaitReady(ready.substring(ready.indexOf("http://")));

        try (BridgeProcess submit =
            BridgeProcess.start(directory, settings, "submit", good, bad, "--label", "order=1")) {
          assertThat(submit.awaitExit()).isZero();
          assertThat(submit.out()).startsWith("submitted 2 jobs");
        }
        try (BridgeProcess watch =
            BridgeProcess.start(directory, settings, "watch", good, bad, "--from-beginning")) {
          assertThat(watch.awaitExit()).as("one of them failed").isEqualTo(1);
          assertThat(watch.err()).isEmpty();
          assertThat(watch.out())
              .containsPattern(good + ".*INIT|" + good + ".*RUNNING")
              .containsPattern("- .*of " + good)
              .containsPattern(good + ".*ended: SUCCEEDED")
              .containsPattern(bad + ".*-> FAIL")
              .containsPattern(bad + ".*ended: FAILED");
        }
        // For a job that ended long ago, only its completion is read and printed.
        try (BridgeProcess watch =
            BridgeProcess.start(directory, settings, "watch", bad, "--json")) {
          assertThat(watch.awaitExit()).isEqualTo(1);
          assertThat(watch.out().lines()).hasSize(1);
          assertThat(watch.out())
              .contains("\"type\":\"dev.imsbridge.job.completed.v1\"")
              .contains("\"labels\":{\"order\":\"1\"}");
        }
        run.signal(false);
        assertThat(run.awaitExit(STOP)).isZero();
      }
    }
  }

  private static void awaitReady(String http) {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(URI.create(http + "/readyz")).build();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> client.send(request, BodyHandlers.ofString()).statusCode() == 200);
  }

  @Test
  void shouldTellTopicsThatAreNotAsDeclaredByItsExitCode(SharedBroker broker) throws Exception {
    Map<String, String> settings = settings(broker, null);
    assertThat(exitCode(settings, "topics", "plan")).isEqualTo(TopicsCommand.DRIFT);
    assertThat(exitCode(settings, "topics", "apply")).isZero();
    assertThat(exitCode(settings, "topics", "describe")).isZero();
    String prefix = settings.get("IMSBRIDGE_TOPICS_PREFIX");
    assertThat(InProcess.run(settings, "topics", "describe", "--output", "ids").out().lines())
        .hasSize(9)
        .contains(prefix + "requests")
        .allMatch(name -> name.startsWith(prefix));
    assertThat(InProcess.run(settings, "topics", "describe", "--json").out().lines())
        .hasSize(9)
        .anyMatch(
            line ->
                line.startsWith("{\"topic\":\"" + prefix + "requests\",\"partitions\":")
                    && line.contains("\"settings\":{\"cleanup.policy\":\"delete\""));
    settings.put("IMSBRIDGE_TOPICS_PARTITIONS", "3");
    assertThat(exitCode(settings, "topics", "plan")).isEqualTo(TopicsCommand.DRIFT);
  }

  private int exitCode(Map<String, String> settings, String... arguments) throws Exception {
    try (BridgeProcess process = BridgeProcess.start(directory, settings, arguments)) {
      return process.awaitExit();
    }
  }

  @Test
  void shouldNotStartWithoutTopicsThatItMustNotCreate(SharedBroker broker) throws Exception {
    try (SimulatorServer simulator = simulator()) {
      Map<String, String> settings = settings(broker, simulator);
      settings.put("IMSBRIDGE_TOPICS_CREATE", "false");
      settings.put("IMSBRIDGE_LOG_FORMAT", "json");
      try (BridgeProcess run = BridgeProcess.start(directory, settings, "run")) {
        assertThat(run.awaitExit()).isEqualTo(1);
        assertThat(run.err()).contains("cannot run with these topics").contains("missing");
        assertThat(run.err().strip().lines())
            .hasSize(2)
            .first()
            .asString()
            .startsWith("{\"timestamp\":")
            .contains("\"formattedMessage\":\"" + Build.current() + " is starting\"");
      }
    }
  }

  @Test
  void shouldEndWithOneLineWhenThePortOfHttpIsTaken(SharedBroker broker) throws Exception {
    try (SimulatorServer simulator = simulator();
        ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Map<String, String> settings = settings(broker, simulator);
      settings.put("IMSBRIDGE_HTTP_LISTEN", "127.0.0.1:" + taken.getLocalPort());
      settings.put("IMSBRIDGE_LOG_LEVEL", "error");
      try (BridgeProcess run = BridgeProcess.start(directory, settings, "run")) {
        assertThat(run.awaitExit()).isEqualTo(1);
        assertThat(run.err()).contains("cannot listen on http.listen");
        assertThat(run.err().strip().lines()).hasSize(1);
      }
    }
  }

  @Test
  void shouldServeKafkaUntilStoppedAndGiveUpWhenItsBrokersAreGone() throws Exception {
    try (SimulatorServer simulator = simulator();
        BridgeProcess kafka =
            BridgeProcess.start(directory, Map.of(), "kafka", "--port", "0", "--data", "k")) {
      String bootstrap = kafka.awaitLine("kafka ready");
      assertThat(directory.resolve("k")).isDirectory();
      try (BridgeProcess second =
          BridgeProcess.start(directory, Map.of(), "kafka", "--port", "0", "--data", "k")) {
        assertThat(second.awaitExit()).isEqualTo(1);
        assertThat(second.err()).startsWith("imsbridge: ").contains("in use");
        assertThat(second.err().strip().lines()).hasSize(1);
      }
      Map<String, String> settings =
          Map.of(
              "IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", bootstrap,
              "IMSBRIDGE_BROKER_PATIENCE", "1s",
              "IMSBRIDGE_HTTP_LISTEN", "off",
              "IMSBRIDGE_IMS_ENDPOINT", simulator.uri().toString(),
              "IMSBRIDGE_IMS_PROJECT_ID", "p1");
      try (BridgeProcess run = BridgeProcess.start(directory, settings, "run")) {
        run.awaitLine("imsbridge ready");
        kafka.signal(false);
        assertThat(kafka.awaitExit(STOP)).isZero();
        assertThat(run.awaitExit()).isEqualTo(1);
        assertThat(run.err()).contains("imsbridge: ");
      }
    }
  }

  @Test
  void shouldServeASimulatorUntilStopped() throws Exception {
    try (BridgeProcess simulator =
        BridgeProcess.start(directory, Map.of(), "simulator", "--port", "0", "--speed", "10")) {
      String uri = simulator.awaitLine("simulator ready");
      HttpRequest request = HttpRequest.newBuilder(URI.create(uri + "/v1/p/jobs/j1")).build();
      assertThat(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body())
          .contains("\"job_id\":\"j1\"");
      simulator.signal(false);
      assertThat(simulator.awaitExit(STOP)).isZero();
    }
  }

  @Test
  void shouldShowEveryTypeOfJobFromRequestToCompletionInTheDemo() throws Exception {
    try (BridgeProcess demo =
        BridgeProcess.start(directory, Map.of(), "demo", "--speed", "300", "--seed", "2")) {
      assertThat(demo.awaitExit()).isZero();
      for (ImsJobType type : ImsJobType.values()) {
        assertThat(demo.out()).contains(type.wireName());
      }
      assertThat(demo.out()).containsPattern("Watch them at http://127.0.0.1:\\d+/\\R");
      assertThat(demo.out()).contains("each exactly once.").contains("FAILED").contains("IMG.");
      assertThat(demo.err()).isEmpty();
      try (var left = Files.list(directory)) {
        assertThat(left.filter(Files::isDirectory)).isEmpty();
      }
    }
  }
}
