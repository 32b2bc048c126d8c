package dev.imsbridge.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.service.Finding;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The findings of {@code imsbridge doctor}, as text or JSON. Secrets are shown as {@code [hidden]}.
 */
final class DoctorReport {
  private final Palette palette;
  private final List<Setting> settings = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  private boolean all;

  private record Setting(String key, String value, String origin) {}

  DoctorReport(Palette palette) {
    this.palette = palette;
  }

  /**
   * @param defaults whether to include settings that have their default values
   */
  void settings(BridgeConfig config, boolean defaults) {
    Set<String> keys = new TreeSet<>(config.given());
    if (defaults) {
      keys.addAll(Keys.DEFINITION.names());
    }
    all = defaults;
    for (String key : keys) {
      settings.add(new Setting(key, config.shown(key), SafeText.line(config.origin(key))));
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
      settings.forEach(each -> columns.row(each.key(), each.value(), each.origin()));
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

  String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("ok", !failed());
    ArrayNode given = json.putArray("settings");
    settings.forEach(
        each ->
            given
                .addObject()
                .put("key", each.key())
                .put("value", each.value())
                .put("from", each.origin()));
    ArrayNode found = json.putArray("findings");
    findings.forEach(
        each ->
            found
                .addObject()
                .put("level", each.level().name())
                .put("subject", each.subject())
                .put("text", each.text())
                .put("cure", each.cure()));
    return json.toPrettyString() + "\n";
  }
}
