package dev.imsbridge.topics;

import dev.imsbridge.wire.TopicNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The declarations of the bridge's eight topics, with the user's settings applied.
 *
 * <p>Declarations use the default prefix, which the settings may replace. Immutable.
 */
public final class DeclaredTopics {

  private static final String DECLARED = "/dev/imsbridge/topics/declared/";
  private static final TopicNames DEFAULT_NAMES = new TopicNames(TopicNames.DEFAULT_PREFIX);

  private final TopicNames names;
  private final List<DeclaredTopic> topics;

  private DeclaredTopics(TopicNames names, List<DeclaredTopic> topics) {
    this.names = names;
    this.topics = List.copyOf(topics);
    requireEqualPartitions();
  }

  /** Reads the declarations in the jar. */
  public static DeclaredTopics bundled(TopicSettings settings) {
    var declared = new ArrayList<DeclaredTopic>();
    for (var name : DEFAULT_NAMES.all()) {
      var file = name.substring(TopicNames.DEFAULT_PREFIX.length()) + ".yaml";
      declared.addAll(DeclarationReader.read(file, resource(DECLARED + file)));
    }
    return of("the jar", declared, settings);
  }

  /**
   * Reads the declarations in the {@code .yaml} and {@code .yml} files of a directory. Ignores
   * topics that are not the bridge's.
   *
   * @throws TopicDeclarationException if a file cannot be read, a declaration is invalid, or one of
   *     the eight topics is missing
   */
  public static DeclaredTopics in(Path directory, TopicSettings settings) {
    var declared = new ArrayList<DeclaredTopic>();
    try (var files = Files.list(directory)) {
      for (var file : files.filter(DeclaredTopics::isYaml).sorted().toList()) {
        declared.addAll(DeclarationReader.read(file.toString(), Files.readAllBytes(file)));
      }
    } catch (IOException | UncheckedIOException e) {
      throw new TopicDeclarationException(
          "the topics directory " + directory + " can't be read", e);
    }
    return of(directory.toString(), declared, settings);
  }

  public TopicNames names() {
    return names;
  }

  /** The eight topics, in the order of {@link TopicNames#all}. */
  public List<DeclaredTopic> all() {
    return topics;
  }

  DeclaredTopic get(String name) {
    return topics.stream().filter(topic -> topic.name().equals(name)).findFirst().orElseThrow();
  }

  private static DeclaredTopics of(
      String source, List<DeclaredTopic> declared, TopicSettings settings) {
    var byName = byName(source, declared);
    var topics = new ArrayList<DeclaredTopic>();
    for (var name : DEFAULT_NAMES.all()) {
      var topic = byName.get(name);
      if (topic == null) {
        throw new TopicDeclarationException(source + " declares no topic " + name);
      }
      topics.add(set(topic, settings));
    }
    return new DeclaredTopics(settings.names(), topics);
  }

  private static Map<String, DeclaredTopic> byName(String source, List<DeclaredTopic> declared) {
    var byName = new LinkedHashMap<String, DeclaredTopic>();
    for (var topic : declared) {
      if (byName.put(topic.name(), topic) != null) {
        throw new TopicDeclarationException(source + " declares " + topic.name() + " twice");
      }
    }
    return byName;
  }

  private static DeclaredTopic set(DeclaredTopic topic, TopicSettings settings) {
    SortedMap<String, String> configs = new TreeMap<>(topic.configs());
    settings
        .minInsyncReplicas()
        .ifPresent(min -> configs.put("min.insync.replicas", String.valueOf(min)));
    // A topic that declares "producer" leaves the codec to its producers.
    settings
        .compression()
        .filter(codec -> !"producer".equals(configs.get("compression.type")))
        .ifPresent(codec -> configs.put("compression.type", codec));
    var partitions = settings.partitions().orElse(topic.partitions());
    if (partitions == DeclaredTopic.CLUSTER_DEFAULT) {
      throw new TopicDeclarationException(
          topic.name() + " declares no number of partitions; write one, or set topics.partitions");
    }
    return new DeclaredTopic(
        settings.names().prefix() + topic.name().substring(TopicNames.DEFAULT_PREFIX.length()),
        partitions,
        settings.replicationFactor().orElse(topic.replicas()),
        configs);
  }

  private void requireEqualPartitions() {
    var observations = get(names.observations());
    for (var name : List.of(names.watches(), names.audit())) {
      var other = get(name);
      if (other.partitions() != observations.partitions()) {
        throw new TopicDeclarationException(
            "%s is declared with %s partitions and %s with %s; they must be equal"
                .formatted(
                    observations.name(), observations.partitions(), name, other.partitions()));
      }
    }
  }

  private static boolean isYaml(Path file) {
    var name = file.toString();
    return name.endsWith(".yaml") || name.endsWith(".yml");
  }

  private static byte[] resource(String path) {
    try (InputStream in = DeclaredTopics.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalStateException("the jar lacks " + path);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
