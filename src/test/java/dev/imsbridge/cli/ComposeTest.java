package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.ConfiguredProjects;
import dev.imsbridge.config.Keys;
import dev.imsbridge.service.HttpSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The settings in the image and the compose file must be valid for the bridge. */
class ComposeTest {
  private static final Pattern VARIABLE = Pattern.compile("(IMSBRIDGE_\\w+)=(\\S+)");

  private final Map<String, String> environment = new HashMap<>();

  @Test
  void shouldConfigureABridgeThatStarts() throws IOException {
    image();
    JsonNode bridge = new YAMLMapper().readTree(docker("compose.yaml")).at("/services/bridge");
    bridge
        .get("environment")
        .fields()
        .forEachRemaining(each -> environment.put(each.getKey(), each.getValue().asText()));

    BridgeConfig config = BridgeConfig.load(null, environment, List.of());

    assertThat(config.given()).contains(Keys.HTTP_AUTH, Keys.KAFKA_BOOTSTRAP);
    assertThat(config.embedded()).isFalse();
    assertThat(new ConfiguredProjects(config).all()).hasSize(1);
    assertThat(HttpSettings.of(config)).isPresent();
    assertThat(bridge.get("ports")).hasSize(1);
    assertThat(bridge.at("/ports/0").asText()).startsWith("127.0.0.1:");
  }

  /** An image that anyone can run anywhere must not open the bridge to everyone by default. */
  @Test
  void shouldLeaveItToWhoRunsTheImageWhoMayUseIt() throws IOException {
    image();
    assertThat(environment)
        .containsKey("IMSBRIDGE_HTTP_LISTEN")
        .doesNotContainKey("IMSBRIDGE_HTTP_AUTH");
  }

  /** Both builds and releases name the archive by this version. */
  @Test
  void shouldBuildFromTheArchiveOfThisVersion() throws IOException {
    MatchResult version =
        Pattern.compile("<artifactId>imsbridge</artifactId>\\s*<version>([^<]+)</version>")
            .matcher(Files.readString(Path.of("pom.xml")))
            .results()
            .findFirst()
            .orElseThrow();
    assertThat(Pattern.compile("(?m)^ARG VERSION=(.+)$").matcher(docker("Dockerfile")).results())
        .hasSize(2)
        .allMatch(each -> each.group(1).equals(version.group(1)));
  }

  /** A bridge started in the same shell would take such a variable as a setting and not start. */
  @Test
  void shouldNameNoVariableThatABridgeTakesAsASetting() throws IOException {
    List<String> variables =
        Pattern.compile("\\$\\{(\\w+)")
            .matcher(docker("compose.yaml"))
            .results()
            .map(each -> each.group(1))
            .toList();
    assertThat(variables).contains("KAFKA_IMAGE").noneMatch(each -> each.startsWith("IMSBRIDGE_"));
  }

  /** docker-compose 1.29 refuses a name at the top, and creates a folder for a missing file. */
  @Test
  void shouldLoadInOldAndNewCompose() throws IOException {
    JsonNode compose = new YAMLMapper().readTree(docker("compose.yaml"));
    List<String> keys = new ArrayList<>();
    compose.fieldNames().forEachRemaining(keys::add);
    assertThat(keys).containsExactlyInAnyOrder("services", "volumes");
    int files = 0;
    for (JsonNode service : compose.get("services")) {
      for (JsonNode volume : service.path("volumes")) {
        String source = volume.asText().split(":")[0];
        if (source.startsWith(".")) {
          assertThat(Path.of("docker", source)).exists();
          files++;
        } else {
          assertThat(compose.get("volumes").has(source)).as(source).isTrue();
        }
      }
    }
    assertThat(files).isEqualTo(5);
  }

  /** The instance and the simulator need no rights. */
  @Test
  void shouldRunTheBridgeWithoutPrivileges() throws IOException {
    JsonNode services = new YAMLMapper().readTree(docker("compose.yaml")).get("services");
    for (String name : List.of("bridge", "simulator")) {
      JsonNode service = services.get(name);
      assertThat(service.get("read_only").asBoolean()).as(name).isTrue();
      assertThat(service.at("/cap_drop/0").asText()).as(name).isEqualTo("ALL");
      assertThat(service.at("/security_opt/0").asText())
          .as(name)
          .isEqualTo("no-new-privileges:true");
    }
    assertThat(docker("Dockerfile")).containsPattern("(?m)^USER 10001$").contains("--uid 10001");
  }

  private void image() throws IOException {
    VARIABLE
        .matcher(docker("Dockerfile"))
        .results()
        .forEach((MatchResult each) -> environment.put(each.group(1), each.group(2)));
    environment.remove("IMSBRIDGE_OPTS");
  }

  private static String docker(String name) throws IOException {
    return Files.readString(Path.of("docker", name));
  }
}
