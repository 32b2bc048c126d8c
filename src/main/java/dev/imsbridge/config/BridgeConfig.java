package dev.imsbridge.config;

import dev.imsbridge.job.FoldRules;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.DurationText;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.wire.TopicNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.types.Password;

/**
 * The validated settings of one process, each with its source. Immutable. Secrets are {@link
 * Password}s, which print as {@code [hidden]}; neither {@link #shown} nor any message contains a
 * secret.
 */
public final class BridgeConfig extends AbstractConfig {
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
   * The valid settings, and the faults of all others.
   *
   * @param config the valid settings; it treats invalid ones as not given
   */
  public record Reading(BridgeConfig config, List<BadSetting> faults) {
    /** Whether no fault affects the settings whose names start with one of these prefixes. */
    public boolean sound(String... prefixes) {
      return Stream.of(prefixes)
          .noneMatch(prefix -> faults.stream().anyMatch(fault -> fault.concerns(prefix)));
    }
  }

  /**
   * Reads and checks all settings.
   *
   * @param file a properties file, or null
   * @param assignments {@code key=value} each; they override all other sources
   * @throws CommandFailure with a line for each fault
   */
  public static BridgeConfig load(
      Path file, Map<String, String> environment, List<String> assignments) {
    Reading reading = read(file, environment, assignments);
    if (!reading.faults().isEmpty()) {
      throw CommandFailure.usage(
          reading.faults().stream().map(BadSetting::getMessage).collect(Collectors.joining("\n")));
    }
    return reading.config();
  }

  /** Like {@link #load}, but returns the faults instead of throwing them. */
  public static Reading read(Path file, Map<String, String> environment, List<String> assignments) {
    List<BadSetting> faults = new ArrayList<>();
    SortedMap<String, RawValue> given =
        ConfigSources.read(file, environment, assignments, faults::add);
    ValueCheck check = new ValueCheck(environment);
    ConfigDef definition = new ConfigDef(Keys.DEFINITION);
    SortedMap<String, String> values = new TreeMap<>();
    given.forEach(
        (key, raw) -> {
          try {
            values.put(key, check.checked(raw));
            define(key, definition);
          } catch (BadSetting e) {
            faults.add(e);
          }
        });
    given.keySet().retainAll(values.keySet());
    BridgeConfig config =
        new BridgeConfig(definition, values, given, UserData.directory(environment));
    config.checkTogether(faults);
    return new Reading(config, List.copyOf(faults));
  }

  /** Adds the definition of a key with a variable part, such as the name of a project. */
  private static void define(String key, ConfigDef definition) {
    KnownKeys.definition(key)
        .filter(known -> !definition.configKeys().containsKey(key))
        .ifPresent(
            known ->
                definition.define(key, known.type, null, Importance.MEDIUM, known.documentation));
  }

  /** Checks the settings that depend on each other. */
  private void checkTogether(List<BadSetting> faults) {
    if (duration(Keys.POLL_INITIAL).compareTo(duration(Keys.POLL_MAX)) > 0) {
      faults.add(mustNotExceed(Keys.POLL_INITIAL, Keys.POLL_MAX));
    }
    Integer replicas = getInt(Keys.TOPICS_REPLICATION);
    Integer inSync = getInt(Keys.TOPICS_MIN_ISR);
    if (replicas != null && inSync != null && inSync > replicas) {
      faults.add(mustNotExceed(Keys.TOPICS_MIN_ISR, Keys.TOPICS_REPLICATION));
    }
    if (applicationId().equals(topics().pollerGroup())) {
      faults.add(
          new RawValue(Keys.APPLICATION_ID, applicationId(), origin(Keys.APPLICATION_ID))
              .fault(
                  "'%s' is the consumer group of the pollers under this %s"
                      .formatted(applicationId(), Keys.TOPICS_PREFIX),
                  "choose another name"));
    }
  }

  private BadSetting mustNotExceed(String key, String other) {
    return new BadSetting(
        key,
        "%s (%s, from %s) must not be above %s (%s, from %s)"
            .formatted(key, shown(key), origin(key), other, shown(other), origin(other)),
        "lower %s, or raise %s".formatted(key, other));
  }

  /** Returns the value of a setting that is a duration. */
  public Duration duration(String key) {
    return DurationText.parse(getString(key));
  }

  /** Returns the enum constant that a setting names. */
  public <E extends Enum<E>> E word(String key, Class<E> words) {
    return Enum.valueOf(words, getString(key).toUpperCase(Locale.ROOT));
  }

  /** Returns the value of an optional text setting. */
  public Optional<String> text(String key) {
    return Optional.ofNullable(getString(key));
  }

  /** Returns the value of an optional integer setting. */
  public OptionalInt number(String key) {
    Integer value = getInt(key);
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  public TopicNames topics() {
    return new TopicNames(getString(Keys.TOPICS_PREFIX));
  }

  /** Returns the absolute path of the data directory. */
  public Path dataDirectory() {
    return text(Keys.DATA_DIR).map(UserData::absolute).orElse(userData);
  }

  /** Returns the directory of the embedded broker. */
  public Path brokerDirectory() {
    return dataDirectory().resolve("kafka");
  }

  /** Returns the absolute path of the state directory. */
  public Path stateDirectory() {
    return text(Keys.STATE_DIR)
        .map(UserData::absolute)
        .orElseGet(() -> dataDirectory().resolve("streams"));
  }

  /** Whether the state directory exists with local state of this application id. */
  public boolean holdsState() {
    return Files.isDirectory(stateDirectory().resolve(applicationId()));
  }

  /** Returns the compression codecs of the topics and of all Kafka clients. */
  public List<String> compressionTypes() {
    Stream<String> ofClients =
        given.keySet().stream()
            .filter(key -> KnownKeys.passedOn(key) && key.endsWith("compression.type"))
            .map(key -> originals().get(key).toString());
    return Stream.concat(Stream.of(getString(Keys.TOPICS_COMPRESSION)), ofClients).toList();
  }

  /**
   * Returns the application id. The default contains the whole topic prefix, so that bridges with
   * different prefixes never share a consumer group.
   */
  public String applicationId() {
    return text(Keys.APPLICATION_ID).orElseGet(() -> "imsbridge-" + topics().prefix());
  }

  /** Returns the settings of the fold. */
  public FoldRules foldRules() {
    return new FoldRules(
        duration(Keys.WATCH_DEADLINE),
        duration(Keys.WATCH_SETTLE),
        getInt(Keys.TREE_SUB_JOBS),
        getInt(Keys.TREE_DEPTH));
  }

  /** Whether no brokers are configured, so that {@code run} starts the embedded broker. */
  public boolean embedded() {
    return getString(Keys.KAFKA_BOOTSTRAP) == null;
  }

  /** Returns each NAME in {@code ims.projects.NAME.*}. */
  List<String> projects() {
    return given.keySet().stream()
        .flatMap(key -> KnownKeys.projectName(key).stream())
        .distinct()
        .toList();
  }

  /** Whether a key was given a value. */
  public boolean given(String key) {
    return given.containsKey(key);
  }

  /** Returns every key that was given a value. */
  public Set<String> given() {
    return given.keySet();
  }

  /** Returns the source of a value: {@code --set}, a variable, a file, or {@code default}. */
  public String origin(String key) {
    return given.containsKey(key) ? given.get(key).origin() : "default";
  }

  /**
   * Returns a value for display. A secret is {@code [hidden]}, and so is a setting of a Kafka
   * plug-in, because it may be a secret.
   */
  public String shown(String key) {
    if (given(key) && (KnownKeys.secret(key) || KnownKeys.ofPlugin(key))) {
      return Password.HIDDEN;
    }
    Object value = KnownKeys.passedOn(key) ? originals().get(key) : get(key);
    return value == null ? "" : SafeText.url(value.toString());
  }

  /** A setting for display, without secrets; the value is empty if there is none. */
  public record Shown(String key, String value, String origin) {}

  /**
   * Returns the settings for display, by key.
   *
   * @param defaults whether to include the settings that were given no value
   */
  public List<Shown> settings(boolean defaults) {
    Set<String> keys = new TreeSet<>(given());
    if (defaults) {
      keys.addAll(Keys.DEFINITION.names());
    }
    return keys.stream()
        .map(key -> new Shown(key, shown(key), SafeText.line(origin(key))))
        .toList();
  }

  /**
   * Returns the settings of a Kafka client under Kafka's own names: all settings passed on, and the
   * compression codec.
   */
  public Map<String, Object> client(KafkaClient client) {
    Map<String, Object> passedOn = originalsWithPrefix(KnownKeys.KAFKA);
    passedOn.keySet().removeIf(name -> !KnownKeys.passedOn(KnownKeys.KAFKA + name));
    return client.settings(passedOn, getString(Keys.TOPICS_COMPRESSION));
  }
}
