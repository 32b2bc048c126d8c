package dev.imsbridge.topics;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.imsbridge.wire.TopicNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.SortedMap;

/**
 * The declarations of the bridge's nine topics, with the user's settings applied.
 *
 * <p>The declarations are the Jikkou documents of the folder {@code topics/}, which are packaged in
 * the jar. They use the default prefix, which the settings may replace.
 *
 * @param all the nine topics, in the order of {@link TopicNames#all}
 */
public record DeclaredTopics(TopicNames names, List<DeclaredTopic> all) {

  private static final String DECLARED = "/dev/imsbridge/topics/declared/";
  private static final YAMLMapper YAML = new YAMLMapper();

  private record Declaration(int partitions, int replicas, SortedMap<String, String> configs) {}

  /** Reads the declarations and applies the settings. */
  public static DeclaredTopics bundled(TopicSettings settings) {
    return new DeclaredTopics(
        settings.names(),
        settings.names().all().stream().map(name -> topic(name, settings)).toList());
  }

  DeclaredTopic get(String name) {
    return all.stream().filter(topic -> topic.name().equals(name)).findFirst().orElseThrow();
  }

  private static DeclaredTopic topic(String name, TopicSettings settings) {
    var declared = declaration(name.substring(settings.names().prefix().length()));
    var configs = declared.configs();
    settings
        .minInsyncReplicas()
        .ifPresent(min -> configs.put("min.insync.replicas", String.valueOf(min)));
    // A topic that declares the codec "producer" keeps the codec of its producers.
    settings
        .compression()
        .filter(codec -> !"producer".equals(configs.get("compression.type")))
        .ifPresent(codec -> configs.put("compression.type", codec));
    // Actions are one sequence, so the control topic keeps its single partition.
    var control = name.equals(settings.names().control());
    return new DeclaredTopic(
        name,
        control ? declared.partitions() : settings.partitions().orElse(declared.partitions()),
        settings.replicationFactor().orElse(declared.replicas()),
        configs);
  }

  private static Declaration declaration(String name) {
    try (var in = DeclaredTopics.class.getResourceAsStream(DECLARED + name + ".yaml")) {
      return YAML.treeToValue(YAML.readTree(in).path("spec"), Declaration.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
