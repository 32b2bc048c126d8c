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
