package dev.imsbridge.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.imsbridge.cli.InProcess;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests must be valid for Kubernetes, and must name only what the bridge has. */
class ManifestsTest {
  private static final Path SCHEMAS = Path.of("src/test/resources/kubernetes/schemas.json");
  private static final Path PROPERTIES = Manifests.FOLDER.resolve("base/imsbridge.properties");
  private static final String MOUNTS = "/etc/imsbridge/";
  private static final Pattern VERSION =
      Pattern.compile("<artifactId>imsbridge</artifactId>\\s*<version>([^<]+)</version>");
  private static final Pattern IMAGE_VARIABLE = Pattern.compile("IMSBRIDGE_(\\w+)=(\\S+)");
  private static final String LOGIN =
      "org.apache.kafka.common.security.scram.ScramLoginModule required"
          + " username=\"imsbridge-kafka\" password=\"a-secret\";";
  private static final Pattern MOUNTED = Pattern.compile(MOUNTS + "([\\w-]+)[/:]([\\w.-]+)");

  @ParameterizedTest
  @ValueSource(strings = {"run", "split"})
  void shouldFollowTheSchemas(String variant) throws IOException {
    String schemas = Files.readString(SCHEMAS);
    JsonNode known = new ObjectMapper().readTree(schemas).get("$defs");
    String base = "https://imsbridge.dev/kubernetes.json";
    SchemaRegistry registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(Map.of(base, schemas)));
    for (JsonNode document : Manifests.of(variant).documents()) {
      String kind = document.get("apiVersion").asText() + "/" + document.get("kind").asText();
      assertThat(known.has(kind)).as(kind).isTrue();
      Schema schema =
          registry.getSchema(SchemaLocation.of(base + "#/$defs/" + kind.replace("/", "~1")));
      assertThat(schema.validate(document))
          .as("%s %s", kind, document.at("/metadata/name").asText())
          .extracting(Error::toString)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "split"})
  void shouldRunTheImageOfThisVersionWithoutPrivileges(String variant) throws IOException {
    Manifests manifests = Manifests.of(variant);
    JsonNode image = manifests.kustomizations().get(0).at("/images/0");
    MatchResult version =
        VERSION.matcher(Files.readString(Path.of("pom.xml"))).results().findFirst().orElseThrow();
    assertThat(image.get("newTag").asText()).isEqualTo(version.group(1));
    assertThat(manifests.workloads()).isNotEmpty();
    for (JsonNode workload : manifests.workloads()) {
      JsonNode pod = workload.at("/spec/template/spec");
      JsonNode container = pod.at("/containers/0");
      assertThat(pod.get("containers")).hasSize(1);
      assertThat(container.get("image").asText()).isEqualTo(image.get("name").asText());
      assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
      assertThat(pod.at("/securityContext/seccompProfile/type").asText())
          .isEqualTo("RuntimeDefault");
      assertThat(pod.get("automountServiceAccountToken").asBoolean(true)).isFalse();
      JsonNode rights = container.get("securityContext");
      assertThat(rights.get("readOnlyRootFilesystem").asBoolean()).isTrue();
      assertThat(rights.get("allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(rights.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
      assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
      assertThat(container.at("/resources/requests/cpu").asText()).isNotEmpty();
    }
  }

  /** The user and the directories of the image are those that the manifests expect. */
  @ParameterizedTest
  @ValueSource(strings = {"run", "split"})
  void shouldFitTheImage(String variant) throws IOException {
    Map<String, String> image = image();
    String uid =
        Files.readString(Path.of("docker/Dockerfile")).replaceAll("(?s).*--uid (\\d+).*", "$1");
    for (JsonNode workload : Manifests.of(variant).workloads()) {
      JsonNode pod = workload.at("/spec/template/spec");
      JsonNode container = pod.at("/containers/0");
      assertThat(pod.at("/securityContext/runAsUser").asText()).isEqualTo(uid);
      assertThat(image.get("IMSBRIDGE_HTTP_LISTEN"))
          .isEqualTo("0.0.0.0:" + container.at("/ports/0/containerPort").asText());
      assertThat(mounts(container)).contains(image.get("IMSBRIDGE_DATA_DIR"), "/tmp");
      Set<String> volumes = new TreeSet<>(pod.get("volumes").findValuesAsText("name"));
      volumes.addAll(workload.at("/spec/volumeClaimTemplates").findValuesAsText("name"));
      assertThat(volumes).containsAll(container.get("volumeMounts").findValuesAsText("name"));
    }
  }

  private static Set<String> mounts(JsonNode container) {
    return Set.copyOf(container.get("volumeMounts").findValuesAsText("mountPath"));
  }

  private static Map<String, String> image() throws IOException {
    Map<String, String> variables = new HashMap<>();
    IMAGE_VARIABLE
        .matcher(Files.readString(Path.of("docker/Dockerfile")))
        .results()
        .filter(each -> !each.group(1).equals("OPTS"))
        .forEach(each -> variables.put("IMSBRIDGE_" + each.group(1), each.group(2)));
    return variables;
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "split"})
  void shouldProbeWhatTheBridgeServes(String variant) throws IOException {
    JsonNode served =
        new ObjectMapper()
            .readTree(
                Files.readString(Path.of("src/main/resources/dev/imsbridge/web/openapi.json")))
            .get("paths");
    for (JsonNode container : Manifests.of(variant).containers().toList()) {
      Map<String, String> probes = new TreeMap<>();
      for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
        JsonNode get = container.get(probe).get("httpGet");
        assertThat(get.get("port").asText()).isEqualTo(container.at("/ports/0/name").asText());
        assertThat(served.has(get.get("path").asText())).as(probe).isTrue();
        probes.put(probe, get.get("path").asText());
      }
      assertThat(probes)
          .containsEntry("startupProbe", "/livez")
          .containsEntry("livenessProbe", "/livez")
          .containsEntry("readinessProbe", "/readyz");
    }
  }

  /** Reads the settings as an instance does, with files in the place of the mounted Secrets. */
  @ParameterizedTest
  @ValueSource(strings = {"run", "split"})
  void shouldConfigureABridgeThatStarts(String variant, @TempDir Path directory)
      throws IOException {
    String settings = Files.readString(PROPERTIES);
    List<MatchResult> files = MOUNTED.matcher(settings).results().toList();
    for (MatchResult file : files) {
      Path folder = Files.createDirectories(directory.resolve(file.group(1)));
      boolean login = file.group(2).equals("sasl.jaas.config");
      Files.writeString(folder.resolve(file.group(2)), login ? LOGIN : "a-secret");
    }
    Path file = directory.resolve("imsbridge.properties");
    Files.writeString(file, settings.replace(MOUNTS, directory + "/"));
    List<JsonNode> containers = Manifests.of(variant).containers().toList();
    for (JsonNode container : containers) {
      Map<String, String> environment = image();
      container
          .get("env")
          .forEach(each -> environment.put(each.get("name").asText(), each.path("value").asText()));
      String config = environment.remove("IMSBRIDGE_CONFIG");
      assertThat(config).isEqualTo(MOUNTS + "config/" + file.getFileName());
      environment.keySet().removeIf(name -> name.startsWith("POD_"));
      environment.computeIfPresent(
          "IMSBRIDGE_HTTP_ADVERTISED", (name, address) -> address.replaceAll("\\$\\(\\w+\\)", "a"));

      BridgeConfig read = BridgeConfig.load(file, environment, List.of());

      assertThat(read.embedded()).isFalse();
      assertThat(new ConfiguredProjects(read).all()).hasSize(1);
      assertThat(HttpSettings.of(read)).isPresent();
      assertThat(read.given()).contains(Keys.HTTP_ADVERTISED, Keys.STANDBY_REPLICAS);
      assertThat(read.getInt(Keys.STANDBY_REPLICAS)).isEqualTo(1);
      for (MatchResult each : files) {
        assertThat(mounts(container)).contains(MOUNTS + each.group(1));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "split"})
  void shouldStartTheHalvesOfTheBridge(String variant) throws IOException {
    Set<String> commands =
        Manifests.of(variant)
            .containers()
            .map(
                each -> {
                  StringBuilder command = new StringBuilder();
                  each.get("args").forEach(word -> command.append(' ').append(word.asText()));
                  return command.toString().strip();
                })
            .collect(Collectors.toSet());
    assertThat(commands)
        .isEqualTo(
            variant.equals("run")
                ? Set.of("run")
                : Set.of("run --only poller", "run --only topology"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "split"})
  void shouldSelectThePodsThatAreMeant(String variant) throws IOException {
    Manifests manifests = Manifests.of(variant);
    Map<String, JsonNode> services =
        manifests.kind("Service").stream()
            .collect(Collectors.toMap(each -> each.at("/metadata/name").asText(), each -> each));
    JsonNode api = services.get("imsbridge").at("/spec/selector");
    JsonNode pods = services.get("imsbridge-pods");
    assertThat(pods.at("/spec/clusterIP").asText()).isEqualTo("None");
    for (JsonNode workload : manifests.workloads()) {
      boolean state = workload.get("kind").asText().equals("StatefulSet");
      assertThat(Manifests.selects(workload.at("/spec/selector/matchLabels"), workload)).isTrue();
      assertThat(Manifests.selects(api, workload)).as("serves the API").isEqualTo(state);
      assertThat(Manifests.selects(pods.at("/spec/selector"), workload)).isTrue();
      assertThat(manifests.kind("PodDisruptionBudget"))
          .filteredOn(each -> Manifests.selects(each.at("/spec/selector/matchLabels"), workload))
          .hasSize(1);
      for (JsonNode policy : manifests.kind("NetworkPolicy")) {
        assertThat(Manifests.selects(policy.at("/spec/podSelector/matchLabels"), workload))
            .isTrue();
      }
      if (state) {
        assertThat(workload.at("/spec/serviceName").asText())
            .isEqualTo(pods.at("/metadata/name").asText());
        assertThat(workload.at("/spec/template/spec/containers/0/env").toString())
            .contains("$(POD_NAME).imsbridge-pods:" + pods.at("/spec/ports/0/port").asText());
      }
    }
  }

  /** Topics and rights are the output of the command that each file names. */
  @ParameterizedTest
  @ValueSource(strings = {"topics", "user"})
  void shouldDeclareTopicsAndRightsOfTheBridge(String name) throws IOException {
    String file = Files.readString(Manifests.FOLDER.resolve("kafka/" + name + ".yaml"));
    String command =
        file.lines()
            .filter(line -> line.startsWith("# imsbridge "))
            .findFirst()
            .orElseThrow()
            .substring("# imsbridge ".length());
    InProcess printed = InProcess.run(Map.of(), command.split(" "));
    assertThat(printed.exitCode()).isZero();
    assertThat(file.lines().filter(line -> !line.startsWith("#")))
        .containsExactlyElementsOf(printed.out().lines().toList());
  }

  /** A file that no kustomization names would be forgotten at every change. */
  @Test
  void shouldUseEveryFile() throws IOException {
    Set<Path> used = new TreeSet<>(Manifests.of("run").files());
    used.addAll(Manifests.of("split").files());
    try (Stream<Path> files = Files.walk(Manifests.FOLDER)) {
      assertThat(files.filter(Files::isRegularFile)).containsExactlyInAnyOrderElementsOf(used);
    }
  }
}
