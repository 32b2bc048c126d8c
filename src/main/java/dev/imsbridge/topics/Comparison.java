package dev.imsbridge.topics;

import dev.imsbridge.topics.Difference.Effect;
import dev.imsbridge.topics.Difference.Remedy;
import dev.imsbridge.wire.TopicNames;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares declared topics with actual topics. Pure: does not access the cluster.
 *
 * <p>Resolving a difference with the remedy {@link Remedy#APPLY} never reduces a retention or a
 * size limit, and never moves the state or the events of a job to another partition.
 */
final class Comparison {

  /**
   * Settings that delete records earlier, or reject records that were accepted, if they are
   * reduced.
   */
  private static final Set<String> BOUNDS =
      Set.of("retention.ms", "retention.bytes", "delete.retention.ms", "max.message.bytes");

  private static final String MIN_INSYNC_REPLICAS = "min.insync.replicas";

  private final DeclaredTopics declared;
  private final List<DeclaredTopic> changelogs;
  private final Map<String, ActualTopic> actual;
  private final List<Difference> differences = new ArrayList<>();

  /**
   * @param changelogs topics that Kafka Streams creates with as many partitions as the observations
   *     topic; compared if they exist
   */
  Comparison(
      DeclaredTopics declared, List<DeclaredTopic> changelogs, Map<String, ActualTopic> actual) {
    this.declared = declared;
    this.changelogs = changelogs;
    this.actual = actual;
  }

  TopicPlan plan() {
    for (var topic : declared.all()) {
      var found = actual.get(topic.name());
      if (found == null) {
        differences.add(new Difference.Missing(topic));
      } else {
        partitions(topic, found);
        replicas(topic, found);
        configs(topic, found);
      }
    }
    changelogs.forEach(this::changelog);
    return new TopicPlan(differences);
  }

  private void partitions(DeclaredTopic topic, ActualTopic found) {
    if (found.partitions() == topic.partitions()) {
      return;
    }
    var names = declared.names();
    if (stateful(names).contains(topic.name())) {
      partitions(
          topic,
          found,
          Remedy.INCOMPATIBLE,
          ("jobs would move away from their state and their history. Set topics.partitions=%s, or"
                  + " start with another topics.prefix")
              .formatted(found.partitions()));
    } else if (found.partitions() > topic.partitions()) {
      partitions(topic, found, Remedy.KEEP, "stays as it is, partitions can't be taken away");
    } else if (ordered(names).contains(topic.name())) {
      partitions(
          topic, found, Remedy.KEEP, "stays as it is, the order of a job's events would break");
    } else {
      partitions(topic, found, Remedy.APPLY, "to be added");
    }
  }

  private void partitions(DeclaredTopic topic, ActualTopic found, Remedy remedy, String advice) {
    differences.add(
        new Difference.Partitions(
            topic.name(), found.partitions(), topic.partitions(), remedy, advice));
  }

  private void configs(DeclaredTopic topic, ActualTopic found) {
    minInsyncReplicas(topic, found);
    topic.configs().forEach((key, value) -> config(topic, found, key, value));
  }

  private void changelog(DeclaredTopic topic) {
    var found = actual.get(topic.name());
    if (found == null) {
      return;
    }
    var observations = declared.get(declared.names().observations());
    if (found.partitions() != observations.partitions()) {
      differences.add(
          new Difference.Partitions(
              topic.name(),
              found.partitions(),
              observations.partitions(),
              Remedy.INCOMPATIBLE,
              "it holds the state of as many partitions of "
                  + observations.name()
                  + ". Set topics.partitions="
                  + found.partitions()
                  + ", or start with another topics.prefix"));
    }
    configs(topic, found);
  }

  private void replicas(DeclaredTopic topic, ActualTopic found) {
    if (topic.replicas() != DeclaredTopic.CLUSTER_DEFAULT && topic.replicas() != found.replicas()) {
      differences.add(new Difference.Replicas(topic.name(), found.replicas(), topic.replicas()));
    }
  }

  /**
   * Checks the value that will be in effect: the declared value or else the topic's current one.
   */
  private void minInsyncReplicas(DeclaredTopic topic, ActualTopic found) {
    var value =
        topic
            .configs()
            .getOrDefault(
                MIN_INSYNC_REPLICAS, found.configs().getOrDefault(MIN_INSYNC_REPLICAS, ""));
    if (unwritable(MIN_INSYNC_REPLICAS, value, found)) {
      differences.add(
          new Difference.Config(
              found.name(),
              MIN_INSYNC_REPLICAS,
              found.configs().get(MIN_INSYNC_REPLICAS),
              value,
              Optional.of(new BrokenPromise(Effect.OBSTACLE, "nothing could be written")),
              Remedy.INCOMPATIBLE,
              "there are %s replicas. Lower topics.min.insync.replicas"
                  .formatted(found.replicas())));
    }
  }

  private void config(DeclaredTopic topic, ActualTopic found, String key, String value) {
    var current = found.configs().get(key);
    // A broker of another version may not have this setting and would then reject it.
    if (current == null || sameValue(key, current, value) || unwritable(key, value, found)) {
      return;
    }
    var keep = BOUNDS.contains(key) && limit(current) > limit(value);
    differences.add(
        new Difference.Config(
            found.name(),
            key,
            current,
            value,
            BrokenPromise.by(declared.names(), topic, key, current),
            keep ? Remedy.KEEP : Remedy.APPLY,
            keep ? "stays as it is, the bridge does not lower it" : "to be set"));
  }

  private static boolean unwritable(String key, String value, ActualTopic found) {
    return key.equals(MIN_INSYNC_REPLICAS)
        && number(value).filter(min -> min.intValue() > found.replicas()).isPresent();
  }

  /** The topics whose partitions hold a job's state, watches, hash chain or latest status. */
  private static Set<String> stateful(TopicNames names) {
    return Set.of(names.observations(), names.watches(), names.audit(), names.status());
  }

  /** The topics whose partitions define the order of a job's events. */
  private static Set<String> ordered(TopicNames names) {
    return Set.of(names.transitions(), names.completions());
  }

  private static boolean sameValue(String key, String actual, String declared) {
    if (actual.equals(declared)) {
      return true;
    }
    if (key.equals("cleanup.policy")) {
      return Set.of(actual.split(" *, *")).equals(Set.of(declared.split(" *, *")));
    }
    var first = number(actual);
    var second = number(declared);
    return first.isPresent() && second.isPresent() && first.get().compareTo(second.get()) == 0;
  }

  private static Optional<BigDecimal> number(String text) {
    try {
      return Optional.of(new BigDecimal(text));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** A bound as a comparable number. A negative bound, such as -1, means unlimited. */
  static long limit(String value) {
    var number = number(value).map(BigDecimal::longValue).orElse(0L);
    return number < 0 ? Long.MAX_VALUE : number;
  }
}
