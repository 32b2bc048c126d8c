package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.simulator.ImsJobType;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The product and its embedded Kafka under a locale with other digits, and under cron's locale. The
 * locale of a machine must not affect published data or file names.
 */
@EnabledOnOs(OS.LINUX)
class LocaleIT {
  /** Arabic digits. The locale is set by a JVM option, so it need not be installed. */
  private static final Map<String, String> ARABIC =
      Map.of("LC_ALL", "C.UTF-8", "JAVA_TOOL_OPTIONS", "-Duser.language=ar -Duser.country=SA");

  private static final Map<String, String> CRON = Map.of("LC_ALL", "C");
  private static final Duration STOP = Duration.ofSeconds(10);
  private static final String TEAM = "\u56e2\u961f=\u5e73\u53f0";

  @TempDir Path directory;
  private final Map<String, String> settings = new TreeMap<>();

  private record Ended(int exitCode, String out, String err) {}

  private BridgeProcess start(Map<String, String> locale, String... arguments) throws IOException {
    Map<String, String> environment = new TreeMap<>(settings);
    environment.putAll(locale);
    return BridgeProcess.start(directory, environment, arguments);
  }

  private Ended run(Map<String, String> locale, String... arguments) throws Exception {
    try (BridgeProcess process = start(locale, arguments)) {
      return new Ended(process.awaitExit(), process.out(), process.err());
    }
  }

  @Test
  void shouldPublishTheSameUnderAnyLocale() throws Exception {
    settings.put("IMSBRIDGE_IMS_PROJECT_ID", "p1");
    settings.put("IMSBRIDGE_POLL_POLICY", "fixed");
    settings.put("IMSBRIDGE_POLL_INTERVAL", "100ms");
    settings.put("IMSBRIDGE_IMS_RATE", "500");
    settings.put("IMSBRIDGE_EMBEDDED_PORT", "0");
    settings.put("IMSBRIDGE_HTTP_LISTEN", "off");
    settings.put("IMSBRIDGE_DATA_DIR", "data");
    // Leaves out two sub-jobs, so that the audit contains the limit.
    settings.put("IMSBRIDGE_TREE_MAX_SUB_JOBS", "1");
    try (SimulatorServer simulator =
        SimulatorServer.start(SimulatorOptions.defaults().withSpeed(300))) {
      settings.put("IMSBRIDGE_IMS_ENDPOINT", simulator.uri().toString());
      String job = simulator.catalogue().id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.SUCCESS);
      try (BridgeProcess bridge = start(ARABIC, "run")) {
        connect(bridge);
        Ended submitted = run(Map.of("LC_ALL", "C.UTF-8"), "submit", job, "--label", TEAM);
        assertThat(submitted.exitCode()).as(submitted.err()).isZero();
        Ended damaged = run(CRON, "submit", "j2", "--label", TEAM);
        assertThat(damaged.exitCode()).isEqualTo(2);
        assertThat(damaged.err()).contains("argument 4").contains("LC_ALL=C.UTF-8");
        assertThat(run(ARABIC, "watch", job).exitCode()).isZero();
        assertThat(run(ARABIC, "audit", "verify", "--heads", "heads").exitCode()).isZero();
        bridge.signal(false);
        assertThat(bridge.awaitExit(STOP)).isZero();
      }
      assertThat(namesIn(directory.resolve("data"))).isNotEmpty().allMatch(LocaleIT::ascii);
      assertThat(Files.readString(directory.resolve("heads"))).matches(LocaleIT::ascii);

      settings.remove("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS");
      try (BridgeProcess bridge = start(CRON, "run")) {
        connect(bridge);
        Ended compared = run(CRON, "rebuild", "--compare", "--json");
        assertThat(compared.out()).contains("\"verdict\" : \"identical\"");
        assertThat(run(CRON, "audit", "verify", "--since", "heads").exitCode()).isZero();
        Ended history = run(CRON, "history", job, "--json", "--audit");
        assertThat(history.exitCode()).as(history.err()).isZero();
        JsonNode json = JsonMapper.builder().build().readTree(history.out());
        assertThat(json.findValue("labels").path("\u56e2\u961f").asText())
            .isEqualTo("\u5e73\u53f0");
        assertThat(history.out()).contains("sub-jobs left out: more than 1, ");
        Ended replayed = run(CRON, "replay", "--json", "--what", "completions");
        assertThat(replayed.out()).contains("{\"\u56e2\u961f\":\"\u5e73\u53f0\"}");
        assertThat(replayed.err()).startsWith("printed 1 of 1 events of ");
        bridge.signal(false);
        assertThat(bridge.awaitExit(STOP)).isZero();
      }
    }
  }

  /** Relative paths, such as data.dir, would lead to another directory. */
  @Test
  void shouldRefuseACurrentDirectoryWhoseNameIsLost() throws Exception {
    String script = "mkdir $'\\xd0\\xba' && cd $'\\xd0\\xba' && exec \"$@\"";
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(
                "bash",
                "-c",
                script,
                "bash",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ImsBridge.class.getName(),
                "--version")
            .directory(directory.toFile())
            .redirectError(err.toFile());
    builder.environment().putAll(CRON);
    Process process = builder.start();
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(Files.readString(err))
        .startsWith("imsbridge: the current directory: ")
        .contains("LC_ALL=C.UTF-8")
        .hasLineCount(1);
  }

  private void connect(BridgeProcess bridge) {
    String ready = bridge.awaitLine("imsbridge ready, Kafka ");
    assertThat(ready).matches(LocaleIT::ascii);
    settings.put("IMSBRIDGE_KAFKA_BOOTSTRAP_SERVERS", ready);
  }

  private static List<String> namesIn(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return new ArrayList<>(all.map(path -> path.getFileName().toString()).toList());
    }
  }

  private static boolean ascii(String text) {
    return text.chars().allMatch(each -> each < 128);
  }
}
