package dev.imsbridge.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.service.Finding;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.SafeText;
import java.util.ArrayList;
import java.util.List;

/**
 * The findings of {@code imsbridge doctor}, as text or JSON. Secrets are shown as {@code [hidden]}.
 */
final class DoctorReport {
  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

  private final Palette palette;
  private final List<Setting> settings = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  private boolean all;

  private record Setting(String key, String value, String from) {}

  private record Document(boolean ok, List<Setting> settings, List<Finding> findings) {}

  DoctorReport(Palette palette) {
    this.palette = palette;
  }

  /**
   * @param defaults whether to include settings that have their default values
   */
  void settings(BridgeConfig config, boolean defaults) {
    all = defaults;
    for (BridgeConfig.Shown each : config.settings(defaults)) {
      settings.add(new Setting(each.key(), each.value(), each.origin()));
    }
  }

  void add(Finding finding) {
    findings.add(finding);
  }

  boolean failed() {
    return findings.stream().anyMatch(each -> each.level() == Finding.Level.FAIL);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    if (settings.isEmpty()) {
      text.append("No setting is given.\n\n");
    } else {
      Columns columns = new Columns("setting", "value", "from");
      settings.forEach(each -> columns.row(each.key(), each.value(), each.from()));
      text.append(columns.text()).append(all ? "\n" : "All others have their defaults.\n\n");
    }
    Columns table = Columns.left();
    for (Finding each : findings) {
      table.row(
          mark(each.level()),
          each.subject(),
          SafeText.safe(String.join("; ", each.text().lines().toList())));
      if (each.cure() != null) {
        table.row("", "", "-> " + SafeText.safe(each.cure()));
      }
    }
    return text.append(table.text()).toString();
  }

  private String mark(Finding.Level level) {
    return switch (level) {
      case OK -> palette.status("SUCCESS", "OK  ");
      case WARN -> palette.status("LOST", "WARN");
      case FAIL -> palette.status("FAIL", "FAIL");
    };
  }

  String json() throws JsonProcessingException {
    return JSON.writeValueAsString(new Document(!failed(), settings, findings)) + "\n";
  }
}
