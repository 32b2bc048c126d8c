package dev.imsbridge.cli;

import dev.imsbridge.job.FoldRules;
import dev.imsbridge.poller.PollerSettings;
import dev.imsbridge.wire.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The settings of one process, checked, and where each came from. Immutable. Secrets are {@link
 * Password}s, which print as stars; neither {@link #shown} nor any message shows one.
 */
final class BridgeConfig extends AbstractConfig {
  private final SortedMap<String, RawValue> given;

  private final Path userData;

  private BridgeConfig(
      ConfigDef definition,
      Map<String, String> values,
      SortedMap<String, RawValue> given,
      Path userData) {
    super(definition, values, false);
    this.given = given;
    this.userData = userData;
  }

  /**
   * Reads and checks everything.
   *
   * @param file a properties file, or null
   * @param assignments {@code key=value} each, before all others
   * @throws CommandFailure in one line, for the first thing that is wrong
   */
  static BridgeConfig load(Path file, Map<String, String> environment, List<String> assignments) {
    SortedMap<String, RawValue> given = ConfigSources.read(file, environment, assignments);
    References references = new References(environment);
    ConfigDef definition = new ConfigDef(Keys.DEFINITION);
    SortedMap<String, String> values = new TreeMap<>();
    given.forEach(
        (key, raw) -> {
          String text = references.resolve(key, raw);
          KnownKeys.definition(key)
              .ifPresent(
                  known -> {
                    check(known, key, text, raw.origin());
                    if (!definition.configKeys().containsKey(key)) {
                      definition.define(
                          key, known.type, null, Importance.MEDIUM, known.documentation);
                    }
                  });
          KafkaSecrets.check(key, text, raw.origin());
          values.put(key, text);
        });
    BridgeConfig config =
        new BridgeConfig(definition, values, given, UserData.directory(environment));
    config.checkTogether();
    return config;
  }

  private static void check(ConfigKey definition, String key, String text, String origin) {
    String objection;
    try {
      Object value = ConfigDef.parseType(key, text, definition.type);
      if (definition.validator == null) {
        return;
      }
      try {
        definition.validator.ensureValid(key, value);
        return;
      } catch (ConfigException e) {
        objection = e.getMessage();
      }
    } catch (ConfigException e) {
      objection =
          switch (definition.type) {
            case BOOLEAN -> "must be true or false";
            case DOUBLE -> "must be a number";
            default -> "must be a whole number";
          };
    }
    throw CommandFailure.usage(
        "%s (from %s): %s".formatted(key, origin, quoted(definition, text, objection)));
  }

  /**
   * The objection after the value, unless it may be a secret that was put under a neighbouring key.
   */
  private static String quoted(ConfigKey definition, String text, String objection) {
    boolean near =
        definition.type == ConfigDef.Type.PASSWORD || definition.name.startsWith(Keys.IMS_AUTH);
    if (near) {
      return objection;
    }
    // What is a sentence of its own does not go on from the value.
    boolean goesOn = objection.startsWith("must ") || objection.startsWith("is ");
    return "'%s'%s %s".formatted(Screen.url(text), goesOn ? "" : ":", objection);
  }

  private void checkTogether() {
    if (duration(Keys.POLL_INITIAL).compareTo(duration(Keys.POLL_MAX)) > 0) {
      throw contradiction(Keys.POLL_INITIAL, "must not be above", Keys.POLL_MAX);
    }
    Integer replicas = getInt(Keys.TOPICS_REPLICATION);
    Integer inSync = getInt(Keys.TOPICS_MIN_ISR);
    if (replicas != null && inSync != null && inSync > replicas) {
      throw contradiction(Keys.TOPICS_MIN_ISR, "must not be above", Keys.TOPICS_REPLICATION);
    }
    if (applicationId().equals(PollerSettings.group(topics()))) {
      throw CommandFailure.usage(
          "%s (from %s): '%s' is the consumer group of the pollers under this %s; choose another"
              .formatted(
                  Keys.APPLICATION_ID,
                  origin(Keys.APPLICATION_ID),
                  applicationId(),
                  Keys.TOPICS_PREFIX));
    }
  }

  private CommandFailure contradiction(String key, String relation, String other) {
    return CommandFailure.usage(
        "%s (%s, from %s) %s %s (%s, from %s)"
            .formatted(key, shown(key), origin(key), relation, other, shown(other), origin(other)));
  }

  /** A duration's value. */
  Duration duration(String key) {
    return DurationText.parse(getString(key));
  }

  /** A word as the constant it names. */
  <E extends Enum<E>> E word(String key, Class<E> words) {
    return Enum.valueOf(words, getString(key).toUpperCase(Locale.ROOT));
  }

  /** A text that may be absent. */
  Optional<String> text(String key) {
    return Optional.ofNullable(getString(key));
  }

  /** A number that may be absent. */
  OptionalInt number(String key) {
    Integer value = getInt(key);
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  TopicNames topics() {
    return new TopicNames(getString(Keys.TOPICS_PREFIX));
  }

  /** Absolute. */
  Path dataDirectory() {
    return text(Keys.DATA_DIR).map(UserData::absolute).orElse(userData);
  }

  /** Absolute. */
  Path stateDirectory() {
    return text(Keys.STATE_DIR)
        .map(UserData::absolute)
        .orElseGet(() -> dataDirectory().resolve("streams"));
  }

  /** By default with the whole prefix, so that no two prefixes share a group. */
  String applicationId() {
    return text(Keys.APPLICATION_ID).orElseGet(() -> "imsbridge-" + topics().prefix());
  }

  /** The fold's settings. */
  FoldRules foldRules() {
    return new FoldRules(
        duration(Keys.WATCH_DEADLINE),
        duration(Keys.WATCH_SETTLE),
        getInt(Keys.TREE_SUB_JOBS),
        getInt(Keys.TREE_DEPTH));
  }

  /** Whether the process has to bring its own broker. */
  boolean embedded() {
    return getString(Keys.KAFKA_BOOTSTRAP) == null;
  }

  /** The names of {@code ims.projects.NAME.*}. */
  List<String> projects() {
    return given.keySet().stream()
        .flatMap(key -> KnownKeys.projectName(key).stream())
        .distinct()
        .toList();
  }

  /** Settings by which {@code ims.projects.NAME.*} go before {@code ims.*}. */
  ProjectSettings project(String name) {
    return new ProjectSettings(this, "ims.projects." + name + ".");
  }

  /** Whether a key has a value of its own, not only a default. */
  boolean given(String key) {
    return given.containsKey(key);
  }

  /** Every key that was given a value. */
  Set<String> given() {
    return given.keySet();
  }

  /** Where a key's value stands: {@code --set}, a variable, a file, or {@code default}. */
  String origin(String key) {
    return given.containsKey(key) ? given.get(key).origin() : "default";
  }

  /** A key's value for people: secrets are stars. */
  String shown(String key) {
    if (given(key) && (KnownKeys.secret(key) || KnownKeys.ofPlugin(key))) {
      return Password.HIDDEN;
    }
    Object value = KnownKeys.passedOn(key) ? originals().get(key) : get(key);
    return value == null ? "" : Screen.url(value.toString());
  }

  /** The settings of a client, by Kafka's own names: those passed on, and the codec. */
  Map<String, Object> client(KafkaClient client) {
    Map<String, Object> passedOn = new TreeMap<>();
    originals()
        .forEach(
            (key, value) -> {
              if (KnownKeys.passedOn(key)) {
                passedOn.put(key.substring(KnownKeys.KAFKA.length()), value);
              }
            });
    Map<String, Object> settings = client.settings(passedOn);
    if (client == KafkaClient.PRODUCER) {
      compress("", settings);
    } else if (client == KafkaClient.STREAMS) {
      compress(StreamsConfig.PRODUCER_PREFIX, settings);
    }
    return settings;
  }

  private void compress(String prefix, Map<String, Object> settings) {
    settings.putIfAbsent(
        prefix + ProducerConfig.COMPRESSION_TYPE_CONFIG, getString(Keys.TOPICS_COMPRESSION));
    // Half of the default level's CPU, and a tenth more bytes.
    settings.putIfAbsent(prefix + ProducerConfig.COMPRESSION_GZIP_LEVEL_CONFIG, 1);
  }
}
