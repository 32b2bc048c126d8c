package dev.imsbridge.topics;

import dev.imsbridge.topics.Difference.Remedy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;

/**
 * The bridge's topics on one cluster, held against their declarations.
 *
 * <p>Never deletes a topic, a partition or a setting, and never shortens a retention. Several
 * instances may apply at once. Not for use by several threads.
 *
 * @see TopicAccessException thrown by each method when the cluster refuses or does not answer
 */
public final class Topics {

  private final DeclaredTopics declared;
  private final List<DeclaredTopic> changelogs;
  private final Cluster cluster;

  /**
   * @param changelogs the changelog topics of the topology's stores, which Kafka Streams creates;
   *     once they exist, they need the observations' number of partitions and these settings
   */
  public Topics(Admin admin, DeclaredTopics declared, List<DeclaredTopic> changelogs) {
    this.declared = declared;
    this.changelogs = List.copyOf(changelogs);
    this.cluster = new Cluster(admin);
  }

  /** What was done, and what still differs. */
  public record Applied(List<Difference> done, TopicPlan left) {
    public Applied {
      done = List.copyOf(done);
    }
  }

  /** Says what differs and changes nothing. */
  public TopicPlan plan() {
    var names = new LinkedHashSet<>(declared.names().all());
    changelogs.forEach(changelog -> names.add(changelog.name()));
    return new Comparison(declared, changelogs, cluster.read(names)).plan();
  }

  /** Puts right what can be; changes nothing at all when anything is incompatible. */
  public Applied apply() {
    return apply(difference -> difference.remedy() == Remedy.APPLY);
  }

  /** Creates what is missing and leaves the rest; nothing at all when anything is incompatible. */
  public Applied createMissing() {
    return apply(Difference.Missing.class::isInstance);
  }

  /**
   * Creates those of these declared topics that are missing; looks at no other.
   *
   * @return the settings of those that were there under which their records would not be kept as
   *     declared
   */
  public TopicPlan createMissing(Collection<String> names) {
    var there = cluster.read(names);
    for (var name : names) {
      if (!there.containsKey(name)) {
        cluster.create(declared.get(name));
      }
    }
    return new TopicPlan(
        new Comparison(declared, List.of(), there)
            .plan().obstacles().differences().stream()
                .filter(Difference.Config.class::isInstance)
                .toList());
  }

  /** Creates another topic, unless there is one of that name. */
  public void create(DeclaredTopic topic) {
    cluster.create(topic);
  }

  /** The declared topics with what the cluster has of them. */
  public TopicsDescription describe() {
    return new TopicsDescription(declared.all(), cluster.read(declared.names().all()));
  }

  private Applied apply(Predicate<Difference> wanted) {
    var plan = plan();
    var todo = plan.differences().stream().filter(wanted).toList();
    if (plan.incompatible() || todo.isEmpty()) {
      return new Applied(List.of(), plan);
    }
    create(todo);
    grow(todo);
    configure(todo);
    return new Applied(todo, planOnceSeen(todo));
  }

  /** Brokers hear of a change a moment after the controller has made it. */
  private TopicPlan planOnceSeen(List<Difference> done) {
    var left = plan();
    for (var look = 1; look < Cluster.LOOKS; look++) {
      if (Collections.disjoint(left.differences(), done)) {
        return left;
      }
      Cluster.pause();
      left = plan();
    }
    return left;
  }

  private void create(List<Difference> todo) {
    for (var difference : todo) {
      if (difference instanceof Difference.Missing missing) {
        cluster.create(missing.declared());
      }
    }
  }

  private void grow(List<Difference> todo) {
    for (var difference : todo) {
      if (difference instanceof Difference.Partitions partitions) {
        cluster.grow(partitions.topic(), partitions.declared());
      }
    }
  }

  private void configure(List<Difference> todo) {
    var byTopic = new TreeMap<String, List<Difference.Config>>();
    for (var difference : todo) {
      if (difference instanceof Difference.Config config) {
        byTopic.computeIfAbsent(config.topic(), topic -> new ArrayList<>()).add(config);
      }
    }
    byTopic.forEach(
        (topic, configs) -> {
          var values = new TreeMap<String, String>();
          configs.forEach(config -> values.put(config.key(), config.declared()));
          cluster.set(topic, values);
        });
  }
}
