package dev.imsbridge.topics;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The declared topics and their state in the cluster.
 *
 * @param actual the existing topics by name
 */
public record TopicsDescription(List<DeclaredTopic> declared, Map<String, ActualTopic> actual) {

  private static final String ROW = "%-36s %10s %8s  %s";

  /**
   * Returns a table with the name, the partitions and the replicas of each topic, and the settings
   * that override the cluster default.
   */
  public String text() {
    var titles = ROW.formatted("TOPIC", "PARTITIONS", "REPLICAS", "SETTINGS");
    return declared.stream()
        .map(topic -> row(topic.name()))
        .collect(Collectors.joining("\n", titles + "\n", ""));
  }

  /** Returns one JSON object per topic; partitions and replicas are null for a missing topic. */
  public List<ObjectNode> json() {
    return declared.stream().map(topic -> json(topic.name())).toList();
  }

  private ObjectNode json(String name) {
    var topic = actual.get(name);
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("topic", name)
            .put("partitions", topic == null ? null : topic.partitions())
            .put("replicas", topic == null ? null : topic.replicas());
    var settings = json.putObject("settings");
    if (topic != null) {
      topic.overrides().forEach(settings::put);
    }
    return json;
  }

  private String row(String name) {
    var topic = actual.get(name);
    if (topic == null) {
      return ROW.formatted(name, "-", "-", "missing");
    }
    var settings =
        topic.overrides().entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .collect(Collectors.joining(" "));
    return ROW.formatted(name, topic.partitions(), topic.replicas(), settings);
  }
}
