package dev.imsbridge.bench.common;

import dev.imsbridge.wire.TopicNames;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeLogDirsResult;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;

/** Reads the sizes of topics as the brokers store them: compressed, and with all replicas. */
public final class TopicSizes {
  private final Admin admin;

  /**
   * The bytes of the topics of a topology.
   *
   * @param outputs those of the topics that it publishes
   * @param changelogs those of the changelogs of its stores
   */
  public record Bytes(long outputs, long changelogs) {
    public Bytes since(Bytes before) {
      return new Bytes(outputs - before.outputs, changelogs - before.changelogs);
    }
  }

  /**
   * @param admin not closed by this class
   */
  public TopicSizes(Admin admin) {
    this.admin = admin;
  }

  /** Returns the bytes of each topic, by name. */
  public Map<String, Long> all() {
    Map<String, Long> sizes = new TreeMap<>();
    try {
      Collection<Node> brokers = admin.describeCluster().nodes().get();
      DescribeLogDirsResult found = admin.describeLogDirs(brokers.stream().map(Node::id).toList());
      found.allDescriptions().get().values().stream()
          .flatMap(directories -> directories.values().stream())
          .flatMap(directory -> directory.replicaInfos().entrySet().stream())
          .forEach(
              replica ->
                  sizes.merge(replica.getKey().topic(), replica.getValue().size(), Long::sum));
    } catch (ExecutionException e) {
      throw new KafkaException("cannot read the sizes of topics", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
    return sizes;
  }

  /**
   * Returns the bytes of the topics of a topology.
   *
   * @param applicationId the prefix of its changelogs
   */
  public Bytes of(TopicNames topics, String applicationId) {
    List<String> outputs =
        List.of(
            topics.transitions(),
            topics.completions(),
            topics.status(),
            topics.watches(),
            topics.audit());
    long published = 0;
    long logged = 0;
    for (Map.Entry<String, Long> topic : all().entrySet()) {
      if (outputs.contains(topic.getKey())) {
        published += topic.getValue();
      } else if (topic.getKey().startsWith(applicationId)) {
        logged += topic.getValue();
      }
    }
    return new Bytes(published, logged);
  }
}
