package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A supervisor starts a killed instance again within seconds. It must not wait for the sessions of
 * its dead members, which are much longer here than the test.
 */
@ExtendWith(SharedBroker.Extension.class)
@Timeout(180)
class KilledInstanceIT {
  private static final String SESSION = "120000";
  private static final Duration SOON = Duration.ofSeconds(60);

  @TempDir Path directory;

  private Map<String, String> settings(SharedBroker broker, SimulatorServer simulator)
      throws IOException {
    Map<String, String> settings = new TreeMap<>();
    settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    settings.put("IMSBRIDGE_TOPICS_PREFIX", broker.newPrefix());
    settings.put("IMSBRIDGE_TOPICS_PARTITIONS", "2");
    settings.put("IMSBRIDGE_KAFKA_CONSUMER_SESSION_TIMEOUT_MS", SESSION);
    settings.put("IMSBRIDGE_KAFKA_STREAMS_MAIN_CONSUMER_SESSION_TIMEOUT_MS", SESSION);
    settings.put("IMSBRIDGE_STATE_DIR", directory.resolve("state").toString());
    settings.put("IMSBRIDGE_IMS_ENDPOINT", simulator.uri().toString());
    settings.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
    settings.put("IMSBRIDGE_IMS_AUTH", "none");
    settings.put("IMSBRIDGE_POLL_POLICY", "fixed");
    settings.put("IMSBRIDGE_POLL_INTERVAL", "300ms");
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      settings.put("IMSBRIDGE_HTTP_LISTEN", "127.0.0.1:" + free.getLocalPort());
    }
    return settings;
  }

  private static void submit(Map<String, String> settings, String job) {
    InProcess submitted =
        InProcess.run(settings, "submit", "--wait", "--timeout", SOON.toSeconds() + "s", job);
    assertThat(submitted.out()).as(submitted.err()).contains(job, " ended: SUCCEEDED");
  }

  @Test
  void shouldTakeThePlaceOfItsDeadMembersAtOnce(SharedBroker broker) throws Exception {
    try (SimulatorServer simulator =
        SimulatorServer.start(SimulatorOptions.defaults().withSpeed(2_000))) {
      Map<String, String> settings = settings(broker, simulator);
      for (String job :
          new String[] {"ff80808000000000000000000000aa01", "ff80808000000000000000000000aa02"}) {
        try (BridgeProcess run = BridgeProcess.start(directory, settings, "run")) {
          run.awaitLine("imsbridge ready");
          submit(settings, job);
        }
      }
      try (BridgeProcess run = BridgeProcess.start(directory, settings, "run")) {
        run.awaitLine("imsbridge ready");
        submit(settings, "ff80808000000000000000000000aa03");
        run.signal(false);
        assertThat(run.awaitExit()).as(run.err()).isZero();
      }
      // The members have left, so that another instance does not wait for them either.
      settings.put("IMSBRIDGE_STATE_DIR", directory.resolve("other").toString());
      try (BridgeProcess run = BridgeProcess.start(directory, settings, "run")) {
        run.awaitLine("imsbridge ready");
        submit(settings, "ff80808000000000000000000000aa04");
      }
    }
  }
}
