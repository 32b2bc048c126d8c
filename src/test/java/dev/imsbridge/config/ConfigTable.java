package dev.imsbridge.config;

import java.util.Comparator;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** The settings as the tables of docs/configuration.md. */
final class ConfigTable {
  private static final String FAMILIES =
      """

      **Families**

      | key | meaning |
      | --- | --- |
      | `ims.projects.NAME.*` | A further project, which requests name by `project_id` or `region`. \
      `NAME` is arbitrary. It is followed by `project.id`, `region` or `endpoint`, and by each of `auth`, \
      `auth.*`, `rate`, `burst` and `concurrency` that differs from the value under `ims.`. Credentials are inherited \
      as one set: a project with its own `auth` or `auth.*` uses no `ims.auth`, no `ims.auth.*`, no variable \
      of the SDK and no common profile. |
      | `ims.endpoints.REGION` | Endpoint of a region, if it is not the public one. |
      | `kafka.*` | Passed to all Kafka clients: `kafka.security.protocol`, `kafka.sasl.jaas.config` |
      | `kafka.producer.*`, `kafka.consumer.*`, `kafka.streams.*` | Passed to Kafka clients of that kind; \
      takes precedence over `kafka.*`. |

      The variables of the Huawei Cloud SDK are read after the bridge's own: `HUAWEICLOUD_SDK_AK`, `_SK`,
      `_SECURITY_TOKEN`, `_PROJECT_ID`, `_IAM_ENDPOINT`, `_CREDENTIALS_FILE`, and
      `HUAWEICLOUD_SDK_REGION_IMS_CN_NORTH_4` for the endpoint of a region. Their key, secret and security token
      count only if none of `ims.auth.ak`, `ims.auth.sk` and `ims.auth.security.token` is set. A value may refer
      to others by `${env:VARIABLE}`, `${file:PROPERTIES:KEY}` and `${directory:DIRECTORY:FILE}`.

      """;

  private ConfigTable() {}

  static String markdown() {
    StringBuilder text = new StringBuilder();
    for (String group : Keys.DEFINITION.groups()) {
      text.append("\n**").append(group).append("**\n\n| key | default | meaning |\n");
      text.append("| --- | --- | --- |\n");
      Keys.DEFINITION.configKeys().values().stream()
          .filter(key -> key.group.equals(group))
          .sorted(Comparator.comparingInt(key -> key.orderInGroup))
          .forEach(key -> text.append(row(key)));
    }
    return text.append(FAMILIES).toString();
  }

  /** Returns conf/imsbridge.properties: each setting as a comment, with its default. */
  static String properties() {
    StringBuilder text =
        new StringBuilder(
            """
            # Settings of the IMS Event Bridge. Each line is a default; remove the # to change it.
            #   imsbridge run --config conf/imsbridge.properties
            # docs/configuration.md lists further sources, and the families ims.projects.NAME.*,
            # ims.endpoints.REGION and kafka.*. A value may refer to a secret in another file:
            #   ims.auth.sk=${file:/run/secrets/ims.properties:sk}
            """);
    for (String group : Keys.DEFINITION.groups()) {
      text.append("\n# ---- ").append(group).append(" ----\n");
      Keys.DEFINITION.configKeys().values().stream()
          .filter(key -> key.group.equals(group))
          .sorted(Comparator.comparingInt(key -> key.orderInGroup))
          .forEach(key -> text.append(assignment(key)));
    }
    return text.toString();
  }

  private static String assignment(ConfigKey key) {
    String absent = key.alternativeString == null ? "" : " Default: " + key.alternativeString + ".";
    String sentence = key.documentation + form(key) + absent;
    String comment = sentence.replaceAll("(.{1,96})(?: |$)", "# $1\n");
    String value = key.defaultValue == null ? "" : text(key.defaultValue);
    return "\n%s#%s=%s\n".formatted(comment, key.name, value);
  }

  private static String form(ConfigKey key) {
    return key.validator == null || key.validator.toString().equals("duration")
        ? ""
        : " (" + key.validator + ")";
  }

  private static String row(ConfigKey key) {
    String absent = key.alternativeString == null ? "" : key.alternativeString;
    String value = key.defaultValue == null ? absent : "`" + text(key.defaultValue) + "`";
    String secret = key.type == ConfigDef.Type.PASSWORD ? " *Secret.*" : "";
    return "| `%s` | %s | %s%s%s |\n"
        .formatted(key.name, value, key.documentation, form(key), secret);
  }

  private static String text(Object value) {
    return value instanceof Double number && number == Math.rint(number)
        ? Long.toString(number.longValue())
        : value.toString();
  }
}
