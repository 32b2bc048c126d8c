package dev.imsbridge.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The OpenAPI document. Tests compare routes and responses with it. */
public final class ApiDocument {
  private static final String BASE = "https://imsbridge.test/openapi.json";
  private static final String OFFICIAL = "https://spec.openapis.org/oas/3.1/schema/2026-08-03";
  private static final Set<String> METHODS = Set.of("get", "post", "put", "delete", "patch");

  private final JsonNode json;
  private final SchemaRegistry registry;

  public ApiDocument() throws IOException {
    try (InputStream in = ApiDocument.class.getResourceAsStream("openapi.json")) {
      json = new ObjectMapper().readTree(in);
    }
    String official = Files.readString(Path.of("src/test/resources/openapi/oas-3.1.schema.json"));
    registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemas(Map.of(BASE, json.toString(), OFFICIAL, official)));
  }

  public JsonNode json() {
    return json;
  }

  /** Returns the violations of the OpenAPI schema in the document. */
  List<String> violations() {
    return errors(registry.getSchema(SchemaLocation.of(OFFICIAL)), json.toString());
  }

  /** Returns all operations, each as {@code GET /path/{parameter}}. */
  Set<String> operations() {
    Set<String> operations = new TreeSet<>();
    json.path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        each -> {
                          if (METHODS.contains(each.getKey())) {
                            operations.add(
                                each.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey());
                          }
                        }));
    return operations;
  }

  /**
   * Returns the differences between a response and the document; empty if there are none.
   *
   * @param operation such as {@code GET /api/v1/jobs/{id}}
   */
  public List<String> violations(String operation, int status, String contentType, String body) {
    String method = operation.substring(0, operation.indexOf(' ')).toLowerCase(Locale.ROOT);
    String path = operation.substring(operation.indexOf(' ') + 1);
    String pointer = "/paths/" + escaped(path) + "/" + method + "/responses/" + status;
    JsonNode response = json.at(pointer);
    if (response.isMissingNode()) {
      return List.of(operation + " does not answer " + status);
    }
    if (response.has("$ref")) {
      pointer = response.get("$ref").asText().substring(1);
    }
    if (body.isEmpty() && contentType.isEmpty()) {
      return response.has("content") || response.has("$ref")
          ? List.of(operation + " answers " + status + " with a body")
          : List.of();
    }
    String type = contentType.replaceAll(";.*", "").strip();
    pointer += "/content/" + escaped(type) + "/schema";
    if (json.at(pointer).isMissingNode()) {
      return List.of(operation + " does not answer " + status + " as " + type);
    }
    return type.endsWith("json")
        ? errors(registry.getSchema(SchemaLocation.of(BASE + "#" + pointer)), body)
        : List.of();
  }

  private static String escaped(String segment) {
    return segment.replace("~", "~0").replace("/", "~1");
  }

  private static List<String> errors(Schema schema, String text) {
    return schema
        .validate(
            text,
            InputFormat.JSON,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Error::toString)
        .toList();
  }
}
