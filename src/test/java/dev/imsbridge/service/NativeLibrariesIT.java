package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.imsbridge.cli.BridgeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The native libraries of RocksDB and of Kafka's compression. Uses separate processes, because a
 * JVM loads a library only once.
 */
@Timeout(180)
class NativeLibrariesIT {
  private static final List<String> BRIDGE =
      List.of(
          "--set=embedded.port=0",
          "--set=http.listen=127.0.0.1:0",
          "--set=ims.endpoint=http://127.0.0.1:1",
          "--set=ims.project.id=p1",
          "--set=ims.auth=none");

  private @TempDir Path directory;
  private Path temporary;

  @BeforeEach
  void setUp() throws IOException {
    temporary = Files.createDirectory(directory.resolve("temporary"));
  }

  private BridgeProcess run(String... more) throws IOException {
    List<String> all = new ArrayList<>(List.of("run"));
    all.addAll(BRIDGE);
    all.addAll(List.of(more));
    return start(all.toArray(String[]::new));
  }

  private BridgeProcess start(String... arguments) throws IOException {
    return BridgeProcess.start(
        directory, Map.of("JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + temporary), arguments);
  }

  /** Each process that was stopped by a signal left 14.5 MiB in the temp directory. */
  @Test
  void shouldLeaveNothingBehindHoweverItEnds() throws Exception {
    Path data = directory.resolve("imsbridge");
    Path killedWhileItLoaded =
        Files.createFile(Files.createDirectories(data.resolve("native")).resolve("part.so"));
    for (boolean forcibly : new boolean[] {false, true}) {
      try (BridgeProcess bridge = run()) {
        bridge.awaitLine("imsbridge ready");
        assertThat(bridge.err())
            .contains("data of Kafka: " + data.resolve("kafka"))
            .contains("local state: " + data.resolve("streams"))
            .contains(forcibly ? "(of an earlier start)" : "(new, without topics)");
        bridge.signal(forcibly);
        bridge.awaitExit(Duration.ofSeconds(20));
      }
      assertThat(temporary).isEmptyDirectory();
      assertThat(killedWhileItLoaded).doesNotExist();
      assertThat(data.resolve("native").toFile().list()).containsExactly("lock");
    }
  }

  @Test
  void shouldNotNeedATempDirectory() throws Exception {
    temporary = Files.createFile(directory.resolve("no-directory"));
    try (BridgeProcess bridge = run()) {
      bridge.awaitLine("imsbridge ready");
    }
    try (BridgeProcess demo = start("demo", "--speed", "1000")) {
      assertThat(demo.awaitExit()).as(demo.err()).isZero();
    }
  }

  @Test
  void shouldSayInOneLineThatNoDirectoryAllowsExecution() throws Exception {
    Path mount = Files.createDirectory(directory.resolve("noexec"));
    assumeThat(succeeds("mount", "-t", "tmpfs", "-o", "noexec,size=50m", "none", mount.toString()))
        .as("only root may mount")
        .isTrue();
    try {
      temporary = mount;
      try (BridgeProcess kafka = start("kafka", "--port=0", "--data=" + mount.resolve("kafka"))) {
        kafka.awaitLine("kafka ready ");
        assertThat(kafka.err()).contains("WARN", "zstd, snappy cannot be loaded");
      }
      try (BridgeProcess bridge = run("--set=data.dir=" + mount)) {
        assertThat(bridge.awaitExit()).isEqualTo(1);
        assertThat(bridge.err().lines().filter(line -> line.startsWith("imsbridge: ")))
            .singleElement()
            .asString()
            .contains("RocksDB", mount + " is mounted noexec", "set data.dir to ");
        assertThat(bridge.err()).doesNotContain("\tat ");
      }
      try (BridgeProcess doctor = start("doctor", "--set=data.dir=" + mount)) {
        assertThat(doctor.awaitExit()).isEqualTo(1);
        assertThat(doctor.out())
            .containsPattern("FAIL +native libraries .*RocksDB.*" + mount + " is mounted noexec")
            .contains("-> set data.dir to a writable directory that is not mounted noexec");
      }
    } finally {
      succeeds("umount", mount.toString());
    }
  }

  private static boolean succeeds(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
