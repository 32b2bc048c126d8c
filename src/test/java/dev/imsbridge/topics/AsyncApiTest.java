package dev.imsbridge.topics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imsbridge.wire.TopicNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The AsyncAPI document is written by hand and must agree with the topics, headers and schemas. */
class AsyncApiTest {

  private static final Path DOCUMENT = Path.of("topics", "asyncapi.json");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TopicNames NAMES = new TopicNames(TopicNames.DEFAULT_PREFIX);

  private final JsonNode document;

  AsyncApiTest() throws Exception {
    document = JSON.readTree(DOCUMENT.toFile());
  }

  @Test
  void shouldDescribeTheDeclaredTopics() {
    var declared = DeclaredTopics.bundled(DeclaredTopicsTest.AS_DECLARED);
    assertThat(document.path("asyncapi").asText()).isEqualTo("3.0.0");
    Set<String> addresses = new TreeSet<>();
    for (var channel : document.path("channels")) {
      var topic = declared.get(channel.path("address").asText());
      var kafka = channel.path("bindings").path("kafka");
      assertThat(kafka.path("partitions").asInt()).isEqualTo(topic.partitions());
      kafka
          .path("topicConfiguration")
          .properties()
          .forEach(
              setting ->
                  assertThat(topic.configs())
                      .containsEntry(setting.getKey(), text(setting.getValue())));
      addresses.add(topic.name());
    }
    assertThat(addresses).containsExactlyInAnyOrderElementsOf(NAMES.all());
  }

  @Test
  void shouldReferToNothingThatIsNotThere() {
    var references = document.findValues("$ref");
    assertThat(references).hasSizeGreaterThan(40);
    for (var reference : references) {
      var target = reference.asText();
      if (target.startsWith("#/")) {
        assertThat(document.at(target.substring(1)).isMissingNode()).as(target).isFalse();
      } else {
        assertThat(Files.exists(DOCUMENT.resolveSibling(target))).as(target).isTrue();
      }
    }
  }

  /** A tool may resolve a reference by its address or by its file name. */
  @Test
  void shouldReferFromSchemasToFilesNamedAsTheirIds() throws Exception {
    for (var file : ValueSchemas.sources().keySet()) {
      var name = file.substring(file.lastIndexOf('/') + 1);
      var schema = JSON.readTree(ValueSchemas.DIRECTORY.resolve(name).toFile());
      assertThat(schema.path("$id").asText()).isEqualTo(file);
      for (var reference : schema.findValues("$ref")) {
        var target = reference.asText().split("#")[0];
        assertThat(ValueSchemas.DIRECTORY.resolve(target)).exists();
      }
    }
  }

  @Test
  void shouldCarryEachMessageOnAChannelAndEachChannelInAnOperation() {
    assertThat(referred(document.path("channels").findValues("messages")))
        .containsExactlyInAnyOrderElementsOf(
            names("#/components/messages/", document.path("components").path("messages")));
    Set<String> inOperations = new TreeSet<>();
    document
        .path("operations")
        .forEach(operation -> inOperations.add(operation.path("channel").path("$ref").asText()));
    assertThat(inOperations)
        .containsExactlyInAnyOrderElementsOf(names("#/channels/", document.path("channels")));
  }

  private static List<String> referred(List<JsonNode> messages) {
    var references = new ArrayList<String>();
    messages.forEach(
        byName -> byName.forEach(message -> references.add(message.path("$ref").asText())));
    return references;
  }

  private static List<String> names(String prefix, JsonNode object) {
    var names = new ArrayList<String>();
    object.fieldNames().forEachRemaining(name -> names.add(prefix + name));
    return names;
  }

  private static String text(JsonNode setting) {
    return setting.isArray() ? setting.get(0).asText() : setting.asText();
  }
}
