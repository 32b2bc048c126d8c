package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.imsbridge.embedded.SharedBroker;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The checks of a cluster and its topics. */
@ExtendWith(SharedBroker.Extension.class)
class DoctorIT {

  private static JsonNode doctor(Map<String, String> settings, int exitCode) throws IOException {
    InProcess doctor = InProcess.run(settings, "doctor", "--json");
    assertThat(doctor.exitCode()).as(doctor.out()).isEqualTo(exitCode);
    return new JsonMapper().readTree(doctor.out());
  }

  private static String finding(JsonNode report, String subject) {
    for (JsonNode each : report.path("findings")) {
      if (each.path("subject").asText().equals(subject)) {
        return each.path("level").asText() + " " + each.path("text").asText();
      }
    }
    throw new AssertionError("no finding about " + subject + " in " + report);
  }

  @Test
  void shouldSeeWhetherTheTopicsAreFitForUse(SharedBroker broker) throws Exception {
    try (SimulatorServer simulator = SimulatorServer.start(SimulatorOptions.defaults())) {
      Map<String, String> settings = new TreeMap<>();
      settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
      settings.put("IMSBRIDGE_TOPICS_PREFIX", broker.newPrefix());
      settings.put("IMSBRIDGE_TOPICS_PARTITIONS", "2");
      settings.put("IMSBRIDGE_IMS_ENDPOINT", simulator.uri().toString());
      settings.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
      settings.put("IMSBRIDGE_IMS_AUTH", "none");

      JsonNode missing = doctor(settings, 0);
      assertThat(finding(missing, "kafka")).startsWith("OK ").contains("1 broker");
      assertThat(finding(missing, "topics")).startsWith("WARN ").contains("missing");
      settings.put("IMSBRIDGE_TOPICS_CREATE", "false");
      assertThat(finding(doctor(settings, 1), "topics")).startsWith("FAIL ");

      assertThat(InProcess.run(settings, "topics", "apply").exitCode()).isZero();
      JsonNode good = doctor(settings, 0);
      assertThat(good.path("ok").asBoolean()).isTrue();
      assertThat(finding(good, "topics")).isEqualTo("OK as declared");
      assertThat(finding(good, "transactions")).isEqualTo("OK none stays open");

      settings.put("IMSBRIDGE_TOPICS_PARTITIONS", "1");
      assertThat(finding(doctor(settings, 1), "topics"))
          .startsWith("FAIL ")
          .contains("has 2 partitions, declared are 1")
          .as("the cure, and not half of it")
          .contains("or start with another topics.prefix; ")
          .endsWith(" more");
    }
  }
}
