package dev.imsbridge.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColumnsTest {
  @Test
  void shouldPutTextsToTheLeftAndNumbersToTheRight() {
    Columns columns = new Columns("what", "how many", "unit");
    columns.row("one", "1", "s");
    columns.row("several", "17", "ms");
    assertThat(columns.text())
        .isEqualTo(
            """
            what     how many  unit
            one             1  s
            several        17  ms
            """);
  }
}
