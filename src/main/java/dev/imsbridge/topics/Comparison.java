package dev.imsbridge.topics;

import dev.imsbridge.topics.Difference.Effect;
import dev.imsbridge.topics.Difference.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares declared topics with actual topics. Pure: does not access the cluster.
 *
 * <p>Resolving a difference with the remedy {@link Remedy#APPLY} deletes no record, never reduces a
 * retention or a size limit, and never moves the state or the events of a job to another partition.
 */
final class Comparison {

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
        differences.add(missing(topic));
      } else {
        partitions(topic, found);
        replicas(topic, found);
        settings(topic, found);
      }
    }
    changelogs.forEach(this::changelog);
    return new TopicPlan(differences);
  }

  private static Difference missing(DeclaredTopic topic) {
    var partitions = topic.partitions() == 1 ? "1 partition" : topic.partitions() + " partitions";
    var replicas =
        topic.replicas() == DeclaredTopic.CLUSTER_DEFAULT
            ? "the cluster's replication factor"
            : "replication factor " + topic.replicas();
    return new Difference(
        topic.name(),
        Remedy.APPLY,
        Effect.OBSTACLE,
        "missing; to be created with %s and %s".formatted(partitions, replicas),
        new Difference.Creation(topic));
  }

  private void partitions(DeclaredTopic topic, ActualTopic found) {
    if (found.partitions() == topic.partitions()) {
      return;
    }
    var names = declared.names();
    // Their partitions hold a job's state, watches, hash chain or latest status.
    var stateful = Set.of(names.observations(), names.watches(), names.audit(), names.status());
    // Their partitions define the order of a job's events.
    var ordered = Set.of(names.transitions(), names.completions());
    if (stateful.contains(topic.name())) {
      partitions(
          found,
          topic.partitions(),
          Remedy.INCOMPATIBLE,
          ("jobs would move away from their state and their history. Set topics.partitions=%s, or"
                  + " start with another topics.prefix")
              .formatted(found.partitions()));
    } else if (found.partitions() > topic.partitions()) {
      partitions(
          found,
          topic.partitions(),
          Remedy.KEEP,
          "stays as it is, because Kafka cannot remove partitions");
    } else if (ordered.contains(topic.name())) {
      partitions(
          found,
          topic.partitions(),
          Remedy.KEEP,
          "stays as it is, because the order of a job's events would break");
    } else {
      partitions(found, topic.partitions(), Remedy.APPLY, "to be added");
    }
  }

  private void changelog(DeclaredTopic topic) {
    var found = actual.get(topic.name());
    if (found == null) {
      return;
    }
    var observations = declared.get(declared.names().observations());
    if (found.partitions() != observations.partitions()) {
      partitions(
          found,
          observations.partitions(),
          Remedy.INCOMPATIBLE,
          ("it must have as many partitions as %s. Set topics.partitions=%s, or start with"
                  + " another topics.prefix")
              .formatted(observations.name(), found.partitions()));
    }
    settings(topic, found);
  }

  private void partitions(ActualTopic found, int declaredPartitions, Remedy remedy, String advice) {
    differences.add(
        new Difference(
            found.name(),
            remedy,
            remedy == Remedy.INCOMPATIBLE ? Effect.OBSTACLE : Effect.NONE,
            "has %s partitions, declared are %s; %s"
                .formatted(found.partitions(), declaredPartitions, advice),
            new Difference.Growth(declaredPartitions)));
  }

  private void replicas(DeclaredTopic topic, ActualTopic found) {
    if (topic.replicas() != DeclaredTopic.CLUSTER_DEFAULT && topic.replicas() != found.replicas()) {
      differences.add(
          new Difference(
              topic.name(),
              Remedy.KEEP,
              Effect.NONE,
              ("has replication factor %s, declared is %s; stays as it is,"
                      + " kafka-reassign-partitions can change it")
                  .formatted(found.replicas(), topic.replicas()),
              null));
    }
  }

  private void settings(DeclaredTopic topic, ActualTopic found) {
    new SettingComparison(declared.names(), topic, found).differences().forEach(differences::add);
  }
}
