package dev.imsbridge.topics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import java.util.Locale;

/** Formats the declared topics as resources of Strimzi. */
public final class StrimziText {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private StrimziText() {}

  /**
   * Returns a KafkaTopic for each topic.
   *
   * @param cluster the name of the Kafka resource
   */
  public static String topics(List<DeclaredTopic> topics, String cluster) {
    return yaml(topics.stream().map(topic -> topic(topic, cluster)).toList());
  }

  private static ObjectNode topic(DeclaredTopic topic, String cluster) {
    // Kubernetes allows only lower-case letters and no underscore, unlike topic names.
    String name =
        topic.name().toLowerCase(Locale.ROOT).replace('_', '-').replaceAll("^[.-]+|[.-]+$", "");
    ObjectNode document = document("KafkaTopic", name, cluster);
    ObjectNode spec = document.putObject("spec");
    if (!name.equals(topic.name())) {
      spec.put("topicName", topic.name());
    }
    spec.put("partitions", topic.partitions());
    // Without this field, Strimzi uses the default of the cluster.
    if (topic.replicas() != DeclaredTopic.CLUSTER_DEFAULT) {
      spec.put("replicas", topic.replicas());
    }
    ObjectNode settings = spec.putObject("config");
    topic.configs().forEach(settings::put);
    return document;
  }

  static ObjectNode document(String kind, String name, String cluster) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("apiVersion", "kafka.strimzi.io/v1").put("kind", kind);
    document
        .putObject("metadata")
        .put("name", name)
        .putObject("labels")
        .put("strimzi.io/cluster", cluster);
    return document;
  }

  static String yaml(List<ObjectNode> documents) {
    StringBuilder text = new StringBuilder();
    for (ObjectNode document : documents) {
      try {
        text.append(YAML.writeValueAsString(document));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
    return text.toString().strip();
  }
}
