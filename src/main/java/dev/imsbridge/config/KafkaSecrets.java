package dev.imsbridge.config;

import java.util.Map;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * Validates Kafka client secrets that have a syntax. Kafka's own error messages would quote the
 * invalid part, which may be part of a password.
 */
final class KafkaSecrets {
  private KafkaSecrets() {}

  /**
   * @throws BadSetting if the value of such a key is invalid; the message does not quote it
   */
  static void check(String key, String text, String origin) {
    if (!KnownKeys.passedOn(key) || !key.endsWith(SaslConfigs.SASL_JAAS_CONFIG)) {
      return;
    }
    try {
      JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(text)));
    } catch (RuntimeException e) {
      String form = "MODULE required NAME=\"VALUE\" ...; with the semicolon";
      throw new BadSetting(
          key, "%s (from %s): must be %s".formatted(key, origin, form), "write " + form);
    }
  }
}
