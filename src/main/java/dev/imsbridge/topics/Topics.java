package dev.imsbridge.topics;

import dev.imsbridge.topics.Difference.Remedy;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;

/**
 * Compares the bridge's topics on one cluster with their declarations, and resolves differences.
 *
 * <p>Never deletes a topic, a partition or a setting, and never shortens a retention. Several
 * instances may apply at the same time. Not thread-safe. All methods block.
 *
 * @see TopicAccessException thrown by each method if the cluster rejects a request or does not
 *     answer
 */
public final class Topics {

  private final DeclaredTopics declared;
  private final List<DeclaredTopic> changelogs;
  private final Cluster cluster;

  /**
   * @param changelogs the changelog topics of the topology's stores, which Kafka Streams creates;
   *     existing ones must have these settings and as many partitions as the observations topic
   */
  public Topics(Admin admin, DeclaredTopics declared, List<DeclaredTopic> changelogs) {
    this.declared = declared;
    this.changelogs = List.copyOf(changelogs);
    this.cluster = new Cluster(admin);
  }

  /** The differences that were resolved, and those that remained at the last comparison. */
  public record Applied(List<Difference> done, TopicPlan left) {}

  /** Returns all differences. Changes nothing. */
  public TopicPlan plan() {
    var names = new LinkedHashSet<>(declared.names().all());
    changelogs.forEach(changelog -> names.add(changelog.name()));
    return new Comparison(declared, changelogs, cluster.read(names)).plan();
  }

  /**
   * Resolves the differences that are safe to resolve. Changes nothing if any difference is
   * incompatible.
   */
  public Applied apply() {
    return apply(difference -> difference.remedy() == Remedy.APPLY);
  }

  /**
   * Creates the missing topics and resolves no other difference. Changes nothing if any difference
   * is incompatible.
   */
  public Applied createMissing() {
    return apply(Difference::missing);
  }

  /**
   * Creates those of the given topics that are missing. Ignores all other topics.
   *
   * @param names names of declared topics
   * @return the settings of existing topics that are obstacles. Differences in partitions and
   *     replicas are ignored.
   */
  public TopicPlan createMissing(Collection<String> names) {
    var existing = cluster.read(names);
    for (var name : names) {
      if (!existing.containsKey(name)) {
        cluster.create(declared.get(name));
      }
    }
    return new TopicPlan(
        new Comparison(declared, List.of(), existing)
            .plan().obstacles().differences().stream()
                .filter(difference -> difference.change() instanceof Difference.Setting)
                .toList());
  }

  /** Creates a topic that is not one of the nine declared topics, unless it exists. */
  public void create(DeclaredTopic topic) {
    cluster.create(topic);
  }

  /** The declared topics and their state in the cluster. */
  public TopicsDescription describe() {
    return new TopicsDescription(declared.all(), cluster.read(declared.names().all()));
  }

  private Applied apply(Predicate<Difference> wanted) {
    var plan = plan();
    var todo = plan.differences().stream().filter(wanted).toList();
    if (plan.incompatible() || todo.isEmpty()) {
      return new Applied(List.of(), plan);
    }
    var partitions = new TreeMap<String, Integer>();
    var settings = new TreeMap<String, Map<String, String>>();
    for (var difference : todo) {
      var topic = difference.topic();
      if (difference.change() instanceof Difference.Creation creation) {
        cluster.create(creation.topic());
      } else if (difference.change() instanceof Difference.Growth growth) {
        partitions.put(topic, growth.partitions());
      } else if (difference.change() instanceof Difference.Setting setting) {
        settings
            .computeIfAbsent(topic, name -> new TreeMap<>())
            .put(setting.key(), setting.value());
      }
    }
    // After all creations, which need fewer rights: a failure must not leave a topic missing.
    partitions.forEach(cluster::grow);
    // One request for each topic, because its settings depend on each other.
    settings.forEach(cluster::set);
    return new Applied(todo, planOnceSeen(todo));
  }

  /**
   * Compares again until the changes are visible, because brokers learn of a change shortly after
   * the controller made it. Gives up after {@value Cluster#MAX_CHECKS} attempts and returns the
   * last result.
   */
  private TopicPlan planOnceSeen(List<Difference> done) {
    var left = plan();
    for (var check = 1;
        check < Cluster.MAX_CHECKS && !Collections.disjoint(left.differences(), done);
        check++) {
      Cluster.pause();
      left = plan();
    }
    return left;
  }
}
