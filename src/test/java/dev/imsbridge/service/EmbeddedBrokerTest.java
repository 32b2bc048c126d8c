package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.cli.InProcess;
import dev.imsbridge.config.Keys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** If the embedded broker cannot start, the message names the setting to change. */
class EmbeddedBrokerTest {
  @TempDir private Path directory;

  private InProcess kafka(int port) {
    return InProcess.run(
        Map.of(), "kafka", "--port", Integer.toString(port), "--data", directory.toString());
  }

  private InProcess run(int port) {
    List<String> arguments = new ArrayList<>(List.of("run"));
    for (String setting :
        List.of(
            Keys.DATA_DIR + "=" + directory,
            Keys.EMBEDDED_PORT + "=" + port,
            Keys.IMS_ENDPOINT + "=http://127.0.0.1:1",
            Keys.IMS_PROJECT_ID + "=p1",
            Keys.IMS_AUTH + "=none",
            Keys.HTTP_LISTEN + "=off")) {
      arguments.addAll(List.of("--set", setting));
    }
    return InProcess.run(Map.of(), arguments.toArray(String[]::new));
  }

  @Test
  void shouldNameTheSettingOfAPortThatIsTaken() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      complains(kafka(other.getLocalPort()), "is taken", "It is set by --port.");
      complains(run(other.getLocalPort()), "is taken", "It is set by embedded.port.");
    }
  }

  @Test
  void shouldNameTheSettingOfADirectoryThatCannotBeUsed() throws IOException {
    Path own = Files.createDirectories(directory.resolve("kafka"));
    try (FileChannel one = lock(directory);
        FileChannel other = lock(own)) {
      complains(kafka(0), "is in use", "It is set by --data.");
      complains(run(0), "is in use", "It is set by data.dir.");
    }
  }

  private static FileChannel lock(Path inUse) throws IOException {
    FileChannel channel =
        FileChannel.open(
            inUse.resolve("kafka.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    channel.lock();
    return channel;
  }

  private static void complains(InProcess told, String... words) {
    assertThat(told.exitCode()).isEqualTo(1);
    assertThat(told.err().lines()).hasSize(1);
    assertThat(told.err()).contains(words);
  }
}
