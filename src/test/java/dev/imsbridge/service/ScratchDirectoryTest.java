package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Root may write everywhere, but not even root can create a file below a file. */
class ScratchDirectoryTest {
  private @TempDir Path directory;
  private Path unusable;

  @BeforeEach
  void setUp() throws IOException {
    unusable = Files.createFile(directory.resolve("file")).resolve("below");
  }

  @Test
  void shouldTakeTheFirstDirectoryThatIsUsableAndLeaveNothingInIt() throws IOException {
    Path usable = directory.resolve("new/native");
    assertThat(ScratchDirectory.firstUsable(List.of(unusable, usable, directory)))
        .isEqualTo(usable);
    assertThat(usable).isEmptyDirectory();
  }

  @Test
  void shouldNameEachDirectoryAndItsReasonIfNoneIsUsable() {
    Path other = directory.resolve("file/other");
    assertThatThrownBy(() -> ScratchDirectory.firstUsable(List.of(unusable, other)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(unusable + " is not writable (")
        .hasMessageContaining(other + " is not writable (");
  }
}
