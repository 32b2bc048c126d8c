package dev.imsbridge.topics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Reads Jikkou's {@code KafkaTopic} documents. Ignores documents of other kinds, because a folder
 * may contain more than topics. Rejects unsupported content that would affect a topic.
 */
final class DeclarationReader {

  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private DeclarationReader() {}

  /**
   * Reads the topics in one file.
   *
   * @param file the name of the file, for messages
   * @throws TopicDeclarationException if the file is not valid YAML, or a declaration is invalid or
   *     not supported
   */
  static List<DeclaredTopic> read(String file, byte[] text) {
    var topics = new ArrayList<DeclaredTopic>();
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(text)) {
      while (documents.hasNextValue()) {
        var document = documents.nextValue();
        if (isTopic(file, document)) {
          topics.add(topic(file, document));
        }
      }
    } catch (JsonProcessingException e) {
      var at = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
      throw new TopicDeclarationException(file + at + ": not valid YAML", e);
    } catch (IOException e) {
      throw new TopicDeclarationException(file + ": can't be read", e);
    }
    return topics;
  }

  private static boolean isTopic(String file, JsonNode document) {
    var ofKafka = document.path("apiVersion").asText().startsWith("kafka.jikkou.io/");
    var kind = document.path("kind").asText();
    if (ofKafka && kind.equals("KafkaTopicList")) {
      throw new TopicDeclarationException(
          file + ": a KafkaTopicList is not read here; write each topic as a KafkaTopic document");
    }
    return ofKafka && kind.equals("KafkaTopic");
  }

  private static DeclaredTopic topic(String file, JsonNode document) {
    var name = document.path("metadata").path("name").asText();
    if (name.isEmpty()) {
      throw new TopicDeclarationException(file + ": a KafkaTopic without metadata.name");
    }
    var spec = document.path("spec");
    if (!spec.path("configMapRefs").isEmpty()) {
      throw new TopicDeclarationException(
          file
              + ": "
              + name
              + " has configMapRefs, which are not read here; write its configs out");
    }
    var configs = new TreeMap<String, String>();
    spec.path("configs")
        .properties()
        .forEach(config -> configs.put(config.getKey(), config.getValue().asText()));
    return new DeclaredTopic(
        name, count(file, name, spec, "partitions"), count(file, name, spec, "replicas"), configs);
  }

  /** A count of at least 1. An absent or null value and -1 mean the cluster's default. */
  private static int count(String file, String name, JsonNode spec, String field) {
    var value = spec.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return DeclaredTopic.CLUSTER_DEFAULT;
    }
    var count = value.asInt();
    if (!value.isInt() || count == 0 || count < DeclaredTopic.CLUSTER_DEFAULT) {
      throw new TopicDeclarationException(
          "%s: %s of %s must be a number of at least 1, or -1 for the cluster's default, not %s"
              .formatted(file, field, name, value));
    }
    return count;
  }
}
