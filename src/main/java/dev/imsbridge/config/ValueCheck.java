package dev.imsbridge.config;

import dev.imsbridge.terminal.SafeText;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * Resolves the references in a value, then checks the value. References are {@code
 * ${env:VARIABLE}}, {@code ${file:PROPERTIES:KEY}} and {@code ${directory:DIRECTORY:FILE}}; Kafka's
 * own config providers resolve them.
 */
final class ValueCheck {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file|directory):[^}]*}");
  private static final String JAAS_FORM = "MODULE required NAME=\"VALUE\" ...; with the semicolon";

  private final ConfigTransformer references;

  ValueCheck(Map<String, String> environment) {
    Map<String, ConfigProvider> providers =
        Map.of(
            "env", new EnvVarConfigProvider(environment),
            "file", new FileConfigProvider(),
            "directory", new DirectoryConfigProvider());
    providers.values().forEach(provider -> provider.configure(Map.of()));
    references = new ConfigTransformer(providers);
  }

  /**
   * Returns the valid value of a setting.
   *
   * @throws BadSetting if a reference has no value, or if the value is invalid; the message does
   *     not quote a secret
   */
  String checked(RawValue raw) {
    String text = resolved(raw);
    KnownKeys.definition(raw.key()).ifPresent(known -> check(known, raw, text));
    if (KnownKeys.passedOn(raw.key()) && raw.key().endsWith(SaslConfigs.SASL_JAAS_CONFIG)) {
      checkJaas(raw, text);
    }
    return text;
  }

  private String resolved(RawValue raw) {
    Matcher reference = REFERENCE.matcher(raw.text());
    if (!reference.find()) {
      return raw.text();
    }
    String resolved;
    try {
      resolved = references.transform(Map.of(raw.key(), raw.text())).data().get(raw.key());
    } catch (ConfigException e) {
      throw unresolved(raw, reference.group());
    }
    Matcher unresolved = REFERENCE.matcher(resolved);
    if (unresolved.find()) {
      throw unresolved(raw, unresolved.group());
    }
    return resolved.strip();
  }

  private static BadSetting unresolved(RawValue raw, String reference) {
    return raw.fault(
        reference + " has no value", "define " + reference + ", or correct the reference");
  }

  private static void check(ConfigKey known, RawValue raw, String text) {
    try {
      Object value = parsed(known, text);
      if (known.validator != null) {
        known.validator.ensureValid(known.name, value);
      }
    } catch (ConfigException e) {
      throw raw.fault(
          quoted(known, text, e.getMessage()),
          known.validator == null
              ? "correct it"
              : "set %s to %s".formatted(raw.key(), known.validator));
    }
  }

  private static Object parsed(ConfigKey known, String text) {
    try {
      return ConfigDef.parseType(known.name, text, known.type);
    } catch (ConfigException e) {
      throw new ConfigException(
          switch (known.type) {
            case BOOLEAN -> "must be true or false";
            case DOUBLE -> "must be a number";
            default -> "must be a whole number";
          });
    }
  }

  /**
   * Prefixes the objection with the value, unless the value may be a secret that was set under a
   * wrong key.
   */
  private static String quoted(ConfigKey known, String text, String objection) {
    if (known.type == ConfigDef.Type.PASSWORD || known.name.startsWith(Keys.IMS_AUTH)) {
      return objection;
    }
    // An objection that does not continue the sentence follows a colon.
    boolean continues = objection.startsWith("must ") || objection.startsWith("is ");
    return "'%s'%s %s".formatted(SafeText.url(text), continues ? "" : ":", objection);
  }

  // The message of Kafka would quote the invalid part, which may be part of a password.
  private static void checkJaas(RawValue raw, String text) {
    try {
      JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(text)));
    } catch (RuntimeException e) {
      throw raw.fault("must be " + JAAS_FORM, "write " + JAAS_FORM);
    }
  }
}
