package dev.imsbridge.cli;

import java.util.Comparator;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The settings as the tables of the README. */
final class ConfigTable {
  private ConfigTable() {}

  static String markdown() {
    StringBuilder text = new StringBuilder();
    for (String group : Keys.DEFINITION.groups()) {
      text.append("\n**").append(group).append("**\n\n| key | default | what it is |\n");
      text.append("| --- | --- | --- |\n");
      Keys.DEFINITION.configKeys().values().stream()
          .filter(key -> key.group.equals(group))
          .sorted(Comparator.comparingInt(key -> key.orderInGroup))
          .forEach(key -> text.append(row(key)));
    }
    return text.append('\n').toString();
  }

  private static String row(ConfigKey key) {
    String absent = key.alternativeString == null ? "" : key.alternativeString;
    String value = key.defaultValue == null ? absent : "`" + key.defaultValue + "`";
    String form =
        key.validator == null || key.validator.toString().equals("duration")
            ? ""
            : " (" + key.validator + ")";
    String secret = key.type == ConfigDef.Type.PASSWORD ? " *Secret.*" : "";
    return "| `%s` | %s | %s%s%s |\n".formatted(key.name, value, key.documentation, form, secret);
  }
}
