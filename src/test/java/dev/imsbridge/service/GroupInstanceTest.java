package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupInstanceTest {
  private static final String ADDRESS = "host:8080";

  @TempDir Path directory;

  private String id(String address) throws IOException {
    try (GroupInstance instance = GroupInstance.acquire(directory, Roles.ALL, address)) {
      return instance.id().orElseThrow();
    }
  }

  @Test
  void shouldKeepItsIdWhileItsAddressStays() throws IOException {
    String id = id(ADDRESS);
    assertThat(id).matches("[a-f0-9-]{36}").isEqualTo(id(ADDRESS));
    assertThat(id("host:8081")).isNotEqualTo(id);
    assertThat(id(ADDRESS)).isEqualTo(id);
  }

  /** Two members with one id would take the partitions from each other without end. */
  @Test
  void shouldGiveItsIdToOneProcessAtATime() throws IOException {
    try (GroupInstance first = GroupInstance.acquire(directory, Roles.ALL, ADDRESS);
        GroupInstance second = GroupInstance.acquire(directory, Roles.ALL, ADDRESS);
        GroupInstance poller = GroupInstance.acquire(directory, Roles.POLLER, ADDRESS)) {
      assertThat(first.id()).isPresent();
      assertThat(second.id()).isEmpty();
      assertThat(poller.id()).as("in groups of its own").isPresent().isNotEqualTo(first.id());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "3f2c", "no id at all, and longer than one", "\u0000\u0000\u0000"})
  void shouldReplaceADamagedFile(String content) throws IOException {
    String before = id(ADDRESS);
    Path file = directory.resolve("group-instance-all");
    Files.writeString(file, content + (content.length() > 20 ? "x".repeat(100_000) : ""));

    String after = id(ADDRESS);

    assertThat(after).isNotEqualTo(before).isEqualTo(id(ADDRESS));
    assertThat(file).hasSize(36);
  }

  @Test
  void shouldDoWithoutADirectoryToWriteTo() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    try (GroupInstance instance = GroupInstance.acquire(file, Roles.ALL, ADDRESS)) {
      assertThat(instance.id()).isEqualTo(Optional.empty());
    }
  }
}
