package dev.imsbridge.topics;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The schemas of the folder {@code topics/schemas}, to validate values in tests. */
public final class ValueSchemas {

  static final Path DIRECTORY = Path.of("topics", "schemas");

  private static final String BASE = "https://imsbridge.dev/schemas/";

  private final SchemaRegistry registry;

  public ValueSchemas() throws IOException {
    var byId = sources();
    registry =
        SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12, builder -> builder.schemas(byId));
  }

  /**
   * Returns the violations of a value; empty if it is valid.
   *
   * @param name the name of the schema, such as {@code transition}
   */
  public List<String> violations(String name, String json) {
    return schema(name)
        .validate(
            json,
            InputFormat.JSON,
            context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Error::toString)
        .toList();
  }

  Schema schema(String name) {
    return registry.getSchema(SchemaLocation.of(BASE + name + ".v1.json"));
  }

  static Map<String, String> sources() throws IOException {
    var byId = new TreeMap<String, String>();
    try (var files = Files.list(DIRECTORY)) {
      for (var file : files.toList()) {
        byId.put(BASE + file.getFileName(), Files.readString(file));
      }
    }
    return byId;
  }
}
