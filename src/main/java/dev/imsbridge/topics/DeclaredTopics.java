package dev.imsbridge.topics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.imsbridge.wire.TopicNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The declarations of the bridge's nine topics, with the user's settings applied.
 *
 * <p>The declarations are the Jikkou documents of the folder {@code topics/}, which are packaged in
 * the jar. They use the default prefix, which the settings may replace. Immutable.
 */
public final class DeclaredTopics {

  private static final String DECLARED = "/dev/imsbridge/topics/declared/";
  private static final YAMLMapper YAML = new YAMLMapper();

  private final TopicNames names;
  private final List<DeclaredTopic> topics;

  private DeclaredTopics(TopicNames names, List<DeclaredTopic> topics) {
    this.names = names;
    this.topics = topics;
  }

  /** Reads the declarations and applies the settings. */
  public static DeclaredTopics bundled(TopicSettings settings) {
    return new DeclaredTopics(
        settings.names(),
        settings.names().all().stream().map(name -> topic(name, settings)).toList());
  }

  public TopicNames names() {
    return names;
  }

  /** The nine topics, in the order of {@link TopicNames#all}. */
  public List<DeclaredTopic> all() {
    return topics;
  }

  DeclaredTopic get(String name) {
    return topics.stream().filter(topic -> topic.name().equals(name)).findFirst().orElseThrow();
  }

  private static DeclaredTopic topic(String name, TopicSettings settings) {
    var spec = document(name.substring(settings.names().prefix().length())).path("spec");
    // Its actions are one sequence, so it keeps its declared partition.
    var control = name.equals(settings.names().control());
    SortedMap<String, String> configs = new TreeMap<>();
    spec.path("configs")
        .properties()
        .forEach(config -> configs.put(config.getKey(), config.getValue().asText()));
    settings
        .minInsyncReplicas()
        .ifPresent(min -> configs.put("min.insync.replicas", String.valueOf(min)));
    // A topic that declares "producer" leaves the codec to its producers.
    settings
        .compression()
        .filter(codec -> !"producer".equals(configs.get("compression.type")))
        .ifPresent(codec -> configs.put("compression.type", codec));
    return new DeclaredTopic(
        name,
        control
            ? spec.path("partitions").asInt()
            : settings.partitions().orElse(spec.path("partitions").asInt()),
        settings.replicationFactor().orElse(spec.path("replicas").asInt()),
        configs);
  }

  private static JsonNode document(String name) {
    try (var in = DeclaredTopics.class.getResourceAsStream(DECLARED + name + ".yaml")) {
      return YAML.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
