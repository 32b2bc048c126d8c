package dev.imsbridge.topics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A reader of v1 events, and a writer of v1 requests, works with every later release: the schemas
 * only grow. The first v1 schemas are kept in the test resources and never changed.
 */
class SchemaEvolutionTest {
  private static final Path FIRST = Path.of("src/test/resources/schemas-v1");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** For people only. */
  private static final Set<String> NOTES =
      Set.of("title", "description", "examples", "$comment", "meta:enum", "deprecated");

  /** Members of these may be added. */
  private static final Set<String> OPEN = Set.of("properties", "$defs");

  private static final Set<String> UPPER =
      Set.of("maxLength", "maximum", "maxItems", "maxProperties");
  private static final Set<String> LOWER =
      Set.of("minLength", "minimum", "minItems", "minProperties");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "audit",
        "common",
        "completion",
        "control",
        "request",
        "status",
        "transition",
        "watch"
      })
  void shouldOnlyGrow(String name) throws IOException {
    JsonNode first = JSON.readTree(FIRST.resolve(name + ".v1.json").toFile());
    JsonNode present = JSON.readTree(ValueSchemas.DIRECTORY.resolve(name + ".v1.json").toFile());
    assertThat(breaks(name, first, present)).isEmpty();
  }

  @Test
  void shouldKeepEachSchema() throws IOException {
    try (var files = Files.list(FIRST)) {
      assertThat(files.map(Path::getFileName).map(ValueSchemas.DIRECTORY::resolve))
          .hasSize(8)
          .allMatch(Files::exists);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "remove | {'properties':{'b':{}}} | x.properties.a is removed",
        "rename | {'properties':{'a2':{'type':'string'}}} | x.properties.a is removed",
        "change of type | {'properties':{'a':{'type':'integer'}}} | x.properties.a.type is changed",
        "fewer values | {'properties':{'a':{'enum':['A']}}} | x.properties.a.enum lacks \"B\"",
        "shorter | {'properties':{'a':{'maxLength':9}}} | x.properties.a.maxLength is narrower",
        "required | {'required':['a']} | x.required is added",
        "closed | {'additionalProperties':false} | x.additionalProperties is added",
      })
  void shouldNotice(String change, String changed, String said) throws IOException {
    String first =
        "{'properties':{'a':{'type':'string','enum':['A','B'],'maxLength':10,'title':'t'}}}";
    ObjectNode present = (ObjectNode) JSON.readTree(first.replace('\'', '"'));
    JsonNode update = JSON.readTree(changed.replace('\'', '"'));
    if (change.matches("remove|rename|fewer.*")) {
      present = (ObjectNode) update;
    } else {
      JSON.readerForUpdating(present).readValue(update.toString());
    }
    assertThat(breaks("x", JSON.readTree(first.replace('\'', '"')), present))
        .as(change)
        .contains(said);
  }

  @Test
  void shouldAllowGrowth() throws IOException {
    JsonNode first = JSON.readTree("{\"properties\":{\"a\":{\"enum\":[\"A\"],\"maxLength\":5}}}");
    JsonNode present =
        JSON.readTree(
            "{\"properties\":{\"b\":{},\"a\":{\"enum\":[\"A\",\"B\"],\"maxLength\":6,\"title\":\"t\"}}}");
    assertThat(breaks("x", first, present)).isEmpty();
  }

  /** Returns each change that breaks a reader or a writer; empty if there is none. */
  private static List<String> breaks(String at, JsonNode first, JsonNode present) {
    List<String> broken = new ArrayList<>();
    if (!first.isObject() || !present.isObject()) {
      return first.equals(present) ? broken : List.of(at + " is changed");
    }
    Set<String> names = new TreeSet<>();
    first.fieldNames().forEachRemaining(names::add);
    present.fieldNames().forEachRemaining(names::add);
    // Inside of these a name is that of a field, not of a keyword.
    boolean open = OPEN.contains(at.substring(at.lastIndexOf('.') + 1));
    for (String name : names) {
      String here = at + "." + name;
      JsonNode was = first.get(name);
      JsonNode is = present.get(name);
      if (open) {
        if (is == null) {
          broken.add(here + " is removed");
        } else if (was != null) {
          broken.addAll(breaks(here, was, is));
        }
      } else if (!NOTES.contains(name)) {
        broken.addAll(keyword(here, name, was, is));
      }
    }
    return broken;
  }

  private static List<String> keyword(String here, String name, JsonNode was, JsonNode is) {
    if (was == null) {
      return OPEN.contains(name) ? List.of() : List.of(here + " is added");
    }
    if (is == null) {
      return UPPER.contains(name) || LOWER.contains(name)
          ? List.of()
          : List.of(here + " is removed");
    }
    if (name.equals("enum")) {
      List<String> lacking = new ArrayList<>();
      List<JsonNode> there = new ArrayList<>();
      is.forEach(there::add);
      was.forEach(
          value -> {
            if (!there.contains(value)) {
              lacking.add(here + " lacks " + value);
            }
          });
      return lacking;
    }
    if (UPPER.contains(name) || LOWER.contains(name)) {
      boolean narrower =
          UPPER.contains(name) ? is.asLong() < was.asLong() : is.asLong() > was.asLong();
      return narrower ? List.of(here + " is narrower") : List.of();
    }
    return breaks(here, was, is);
  }
}
