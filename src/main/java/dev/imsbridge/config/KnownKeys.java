package dev.imsbridge.config;

import dev.imsbridge.terminal.Suggestion;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Decides which keys are settings. A key is known if it has a fixed name, belongs to a named
 * project, sets the endpoint of a region, or is passed on to Kafka clients.
 */
public final class KnownKeys {
  static final String KAFKA = "kafka.";
  static final String ENDPOINTS = "ims.endpoints.";
  private static final Pattern SYNTAX =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,31}([.][A-Za-z0-9_-]{1,64})*");
  private static final Pattern PROJECT =
      Pattern.compile("ims\\.projects\\.([a-z0-9][a-z0-9_-]{0,63})\\.(.+)");
  private static final Pattern ENDPOINT = Pattern.compile("ims\\.endpoints\\.[a-z0-9-]{1,40}");
  private static final Pattern CLIENT_PREFIX =
      Pattern.compile(
          "kafka\\.(streams\\.((main\\.|restore\\.|global\\.)?consumer\\.|producer\\.|admin\\.)?"
              + "|producer\\.|consumer\\.)?");

  /**
   * Kafka settings that cannot be set because the guarantees or the consumers of the bridge depend
   * on them. The value is the setting to use instead, or empty.
   */
  private static final Map<String, String> RESERVED =
      Map.ofEntries(
          Map.entry("application.id", Keys.APPLICATION_ID),
          Map.entry("bootstrap.servers", Keys.KAFKA_BOOTSTRAP),
          Map.entry("num.standby.replicas", Keys.STANDBY_REPLICAS),
          Map.entry("state.dir", Keys.STATE_DIR),
          Map.entry("acks", ""),
          Map.entry("auto.offset.reset", ""),
          Map.entry("enable.auto.commit", ""),
          Map.entry("enable.idempotence", ""),
          Map.entry("group.id", ""),
          Map.entry("isolation.level", ""),
          Map.entry("key.deserializer", ""),
          Map.entry("key.serializer", ""),
          Map.entry("partitioner.class", ""),
          Map.entry("processing.exception.handler", ""),
          Map.entry("processing.guarantee", ""),
          Map.entry("statestore.cache.max.bytes", ""),
          Map.entry("topology.optimization", ""),
          Map.entry("transactional.id", ""),
          Map.entry("value.deserializer", ""),
          Map.entry("value.serializer", ""));

  private static final Map<String, ConfigKey> KAFKA_SETTINGS =
      Stream.of(
              StreamsConfig.configDef(),
              ProducerConfig.configDef(),
              ConsumerConfig.configDef(),
              AdminClientConfig.configDef())
          .map(ConfigDef::configKeys)
          .flatMap(keys -> keys.entrySet().stream())
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, same) -> one));

  private KnownKeys() {}

  /** Returns the definition of a key; empty for unknown keys and for keys passed on to Kafka. */
  public static Optional<ConfigKey> definition(String key) {
    String fixed = key;
    Matcher project = PROJECT.matcher(key);
    if (project.matches() && Keys.OF_A_PROJECT.contains(project.group(2))) {
      fixed = "ims." + project.group(2);
    } else if (ENDPOINT.matcher(key).matches()) {
      fixed = Keys.IMS_ENDPOINT;
    }
    return Optional.ofNullable(Keys.DEFINITION.configKeys().get(fixed));
  }

  /** Returns NAME in {@code ims.projects.NAME.something}; empty for any other key. */
  static Optional<String> projectName(String key) {
    Matcher project = PROJECT.matcher(key);
    return project.matches() ? Optional.of(project.group(1)) : Optional.empty();
  }

  /** Whether a key is passed on to Kafka clients. */
  static boolean passedOn(String key) {
    return key.startsWith(KAFKA) && !Keys.DEFINITION.configKeys().containsKey(key);
  }

  /** Whether a key is passed on to Kafka clients without being one of Kafka's own settings. */
  static boolean ofPlugin(String key) {
    return passedOn(key) && !KAFKA_SETTINGS.containsKey(clientName(key));
  }

  /** Whether the value of a key is a secret, by the definitions of the bridge and of Kafka. */
  static boolean secret(String key) {
    return definition(key)
        .or(() -> Optional.ofNullable(KAFKA_SETTINGS.get(clientName(key))))
        .map(definition -> definition.type == ConfigDef.Type.PASSWORD)
        .orElse(false);
  }

  /** Whether a text has the syntax of a key. */
  static boolean wellFormed(String key) {
    return SYNTAX.matcher(key).matches();
  }

  /** Returns why a key cannot be set; empty if it can be set. */
  static Optional<String> objection(String key) {
    if (definition(key).isPresent()) {
      return Optional.empty();
    }
    if (!passedOn(key)) {
      return Optional.of("there is no such setting" + didYouMean(key));
    }
    String name = clientName(key);
    String instead = RESERVED.get(name);
    if (instead != null) {
      return Optional.of(
          "the bridge itself decides " + name + (instead.isEmpty() ? "" : ": set " + instead));
    }
    if (KAFKA_SETTINGS.containsKey(name)) {
      return Optional.empty();
    }
    // Plug-ins of Kafka clients define further settings, so an unknown name is rejected only if it
    // resembles a known one.
    return Suggestion.nearest(name, KAFKA_SETTINGS.keySet(), 2)
        .map(near -> "Kafka has no such setting; did you mean '" + key.replace(name, near) + "'?");
  }

  private static String clientName(String key) {
    Matcher client = CLIENT_PREFIX.matcher(key);
    return client.lookingAt() ? key.substring(client.end()) : key;
  }

  private static String didYouMean(String key) {
    Matcher project = PROJECT.matcher(key);
    Set<String> names = new HashSet<>(Keys.DEFINITION.names());
    if (project.matches()) {
      Keys.OF_A_PROJECT.forEach(name -> names.add("ims.projects." + project.group(1) + "." + name));
    }
    return Suggestion.nearest(key, names, Math.max(2, key.length() / 4))
        .map(near -> "; did you mean '" + near + "'?")
        .orElse("");
  }
}
