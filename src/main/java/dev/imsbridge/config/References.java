package dev.imsbridge.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * Resolves {@code ${env:VARIABLE}}, {@code ${file:PROPERTIES:KEY}} and {@code
 * ${directory:DIRECTORY:FILE}} in values with Kafka's own config providers.
 */
final class References {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file|directory):[^}]*}");

  private final ConfigTransformer transformer;

  References(Map<String, String> environment) {
    Map<String, ConfigProvider> providers =
        Map.of(
            "env", new EnvVarConfigProvider(environment),
            "file", new FileConfigProvider(),
            "directory", new DirectoryConfigProvider());
    providers.values().forEach(provider -> provider.configure(Map.of()));
    transformer = new ConfigTransformer(providers);
  }

  /**
   * @throws BadSetting if a reference has no value
   */
  String resolve(String key, RawValue value) {
    Matcher reference = REFERENCE.matcher(value.text());
    if (!reference.find()) {
      return value.text();
    }
    String resolved;
    try {
      resolved = transformer.transform(Map.of(key, value.text())).data().get(key);
    } catch (ConfigException e) {
      throw nowhere(key, value, reference.group());
    }
    Matcher left = REFERENCE.matcher(resolved);
    if (left.find()) {
      throw nowhere(key, value, left.group());
    }
    return resolved.strip();
  }

  private static BadSetting nowhere(String key, RawValue value, String reference) {
    return new BadSetting(
        key,
        key + " (from " + value.origin() + "): there is no value behind " + reference,
        "define " + reference + ", or correct the reference");
  }
}
