package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.service.Finding;
import dev.imsbridge.terminal.Palette;
import org.junit.jupiter.api.Test;

class DoctorReportTest {
  /** Findings quote answers of servers. */
  @Test
  void shouldPrintNoCharactersThatSteerTheTerminal() {
    DoctorReport report = new DoctorReport(new Palette(false));
    report.add(Finding.fail("kafka", "refused\u001b[2J\u202e", "ask\u2066 the owner"));

    assertThat(report.text())
        .contains("refused", "the owner")
        .doesNotContain("\u001b", "\u202e", "\u2066");
  }
}
