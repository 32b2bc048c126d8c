package dev.imsbridge.topics;

import dev.imsbridge.topics.Difference.Effect;
import dev.imsbridge.topics.Difference.Remedy;
import dev.imsbridge.wire.TopicNames;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Compares the settings of one topic with their declaration. Contains the rules for each setting:
 * the consequence of a value that differs, and whether the bridge may set the declared value.
 */
record SettingComparison(TopicNames names, DeclaredTopic declared, ActualTopic actual) {

  private static final String CLEANUP = "cleanup.policy";
  private static final String MIN_INSYNC_REPLICAS = "min.insync.replicas";

  /**
   * Settings that are never reduced. A lower value deletes records earlier, or rejects records that
   * are accepted now.
   */
  private static final Set<String> NEVER_REDUCED =
      Set.of("retention.ms", "retention.bytes", "delete.retention.ms", "max.message.bytes");

  /**
   * The consequence of the actual value of a setting.
   *
   * @param clause the part of the message with the consequence, beginning with a colon; empty if
   *     there is none
   */
  private record Consequence(Effect effect, String clause) {
    static final Consequence NONE = new Consequence(Effect.NONE, "");
  }

  Stream<Difference> differences() {
    return Stream.concat(
        unwritable().stream(),
        declared.configs().entrySet().stream()
            .filter(config -> differs(config.getKey(), config.getValue()))
            .map(config -> difference(config.getKey(), config.getValue())));
  }

  /**
   * Checks the value that will apply: the declared value, or else the current value of the topic.
   */
  private Optional<Difference> unwritable() {
    var current = actual.configs().get(MIN_INSYNC_REPLICAS);
    var value = declared.configs().getOrDefault(MIN_INSYNC_REPLICAS, current);
    return unwritable(MIN_INSYNC_REPLICAS, value)
        ? Optional.of(
            difference(
                MIN_INSYNC_REPLICAS,
                value,
                obstacle("nothing could be written"),
                Remedy.INCOMPATIBLE,
                "there are %s replicas. Lower topics.min.insync.replicas"
                    .formatted(actual.replicas())))
        : Optional.empty();
  }

  private boolean unwritable(String key, String value) {
    return key.equals(MIN_INSYNC_REPLICAS) && value != null && bound(value) > actual.replicas();
  }

  private boolean differs(String key, String value) {
    var current = actual.configs().get(key);
    // A broker of another version may not have this setting and would then reject it.
    return current != null && !sameValue(key, current, value) && !unwritable(key, value);
  }

  private Difference difference(String key, String value) {
    var current = actual.configs().get(key);
    var remedy = Remedy.APPLY;
    var advice = "to be set";
    if (NEVER_REDUCED.contains(key) && bound(current) > bound(value)) {
      remedy = Remedy.KEEP;
      advice = "stays as it is, because the bridge does not reduce it";
    } else if (key.equals(CLEANUP) && deletes(current, value)) {
      remedy = Remedy.INCOMPATIBLE;
      advice =
          "not changed, because Kafka would then delete records. Set it with kafka-configs, or"
              + " start with another topics.prefix";
    }
    return difference(key, value, consequence(key, current), remedy, advice);
  }

  private Difference difference(
      String key, String value, Consequence consequence, Remedy remedy, String advice) {
    var text =
        "%s is %s, declared is %s%s; %s"
            .formatted(key, actual.configs().get(key), value, consequence.clause(), advice);
    return new Difference(
        actual.name(), remedy, consequence.effect(), text, new Difference.Setting(key, value));
  }

  /**
   * Whether records are deleted after a change of the cleanup policy. Compaction deletes all but
   * the last record of a key. Deletion keeps all records if the declared retention has no limit.
   */
  private boolean deletes(String current, String wanted) {
    var added = new HashSet<>(policies(wanted));
    added.removeAll(policies(current));
    var unlimited =
        Stream.of("retention.ms", "retention.bytes")
            .allMatch(key -> "-1".equals(declared.configs().get(key)));
    return added.contains("compact") || (added.contains("delete") && !unlimited);
  }

  /** The consequence of a value that is not the declared one. */
  private Consequence consequence(String key, String current) {
    var value = bound(current);
    var reduced = value < bound(declared.configs().get(key));
    // Other programs write to these topics. A rejected record does not stop the bridge.
    var requests = declared.name().equals(names.requests());
    var control = declared.name().equals(names.control());
    var external = requests || control;
    return switch (key) {
      case CLEANUP -> obstacle("records that are needed would be deleted");
      case "message.timestamp.type" ->
          external
              ? warning(
                  requests
                      ? "the clock of a requester decides when its request is deleted"
                      : "the clock of an operator sets the time of an action")
              : obstacle(
                  "the times of events would be lost, and rebuild and audit verify would fail");
      case "max.message.bytes" ->
          when(
              reduced,
              external
                  ? warning(
                      requests ? "larger requests are rejected" : "larger actions are rejected")
                  : obstacle("the first larger record would stop the bridge"));
      case "segment.bytes" ->
          when(
              !external && value < bound(declared.configs().get("max.message.bytes")),
              obstacle("the first larger record would stop the bridge"));
      case "message.timestamp.before.max.ms" ->
          when(reduced && !external, obstacle("the first older event would stop the bridge"));
      case "message.timestamp.after.max.ms" ->
          reduced
              ? when(!external, obstacle("a clock that is ahead would stop the bridge"))
              : when(
                  declared.name().equals(names.observations()),
                  warning("a clock that is far ahead makes the bridge forget ended jobs"));
      case "retention.ms", "retention.bytes" ->
          when(
              reduced,
              warning(
                  control
                      ? "a paused project is polled again after a restart once the record of its"
                          + " pause is deleted"
                      : "records are deleted earlier than declared"));
      case "delete.retention.ms" -> when(reduced, warning("a slow reader may miss deletions"));
      case MIN_INSYNC_REPLICAS ->
          when(reduced, warning("acknowledged records can be lost with one broker"));
      default -> Consequence.NONE;
    };
  }

  private static Consequence when(boolean condition, Consequence consequence) {
    return condition ? consequence : Consequence.NONE;
  }

  private static Consequence obstacle(String clause) {
    return new Consequence(Effect.OBSTACLE, ": " + clause);
  }

  private static Consequence warning(String clause) {
    return new Consequence(Effect.WARNING, ": " + clause);
  }

  private static boolean sameValue(String key, String actual, String declared) {
    if (actual.equals(declared)) {
      return true;
    }
    if (key.equals(CLEANUP)) {
      return policies(actual).equals(policies(declared));
    }
    var number = number(actual);
    return number.isPresent() && number.equals(number(declared));
  }

  private static Set<String> policies(String cleanup) {
    return Set.of(cleanup.split(" *, *"));
  }

  private static Optional<BigDecimal> number(String text) {
    try {
      return Optional.of(new BigDecimal(text).stripTrailingZeros());
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A bound as a comparable number. A negative bound, such as -1, means unlimited. */
  private static long bound(String value) {
    var number = number(value).map(BigDecimal::longValue).orElse(0L);
    return number < 0 ? Long.MAX_VALUE : number;
  }
}
