package dev.imsbridge.history;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The schema of the history document, to hold documents against. */
final class HistorySchema {
  private HistorySchema() {}

  /** What is wrong with a document; nothing, if it is valid. */
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
