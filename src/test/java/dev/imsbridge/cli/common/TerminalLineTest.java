package dev.imsbridge.cli.common;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class TerminalLineTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  private TerminalLine line(boolean terminal) {
    return new TerminalLine(new PrintStream(written, true, UTF_8), terminal);
  }

  @Test
  void shouldOverwriteAndEraseItself() {
    TerminalLine line = line(true);
    line.close();
    line.show("one");
    line.show("two");
    line.close();
    line.close();
    assertThat(written.toString(UTF_8))
        .isEqualTo("\r\u001b[K\u001b[?7lone\u001b[?7h\r\u001b[K\u001b[?7ltwo\u001b[?7h\r\u001b[K");
  }

  /** A log file must not contain control sequences. */
  @Test
  void shouldShowNothingWithoutATerminal() {
    TerminalLine line = line(false);
    line.show("one");
    line.close();
    assertThat(written.toString(UTF_8)).isEmpty();
  }
}
