package dev.imsbridge.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LockedFileTest {
  @TempDir Path directory;

  @Test
  void shouldHaveOneOwnerUntilItIsClosed() throws IOException {
    Path file = directory.resolve("new/lock");
    LockedFile first = LockedFile.lock(file).orElseThrow();

    assertThat(LockedFile.lock(file)).isEmpty();
    first.close();
    assertThat(file).exists();
    LockedFile.lock(file).orElseThrow().close();
  }

  @Test
  void shouldFailIfTheFileCannotBeOpened() {
    assertThatThrownBy(() -> LockedFile.lock(Files.createDirectory(directory.resolve("lock"))))
        .isInstanceOf(IOException.class);
  }
}
