package dev.imsbridge.history;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Validates history documents against their JSON Schema. */
final class HistorySchema {
  private HistorySchema() {}

  /** Returns the violations; empty if the document is valid. */
  static List<String> violations(String json) throws IOException {
    try (InputStream schema = HistoryDocument.class.getResourceAsStream("history.v1.schema.json")) {
      return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(schema)
          .validate(
              json,
              InputFormat.JSON,
              context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)))
          .stream()
          .map(Error::toString)
          .toList();
    }
  }
}
