package dev.imsbridge.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.cli.GeneratedSection;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/configuration.md is generated; this test fails if it is outdated. */
class ConfigTableTest {
  private static final GeneratedSection SETTINGS =
      new GeneratedSection(Path.of("docs/configuration.md"), "configuration");

  @Test
  void shouldBeDocumented() throws IOException {
    SETTINGS.assertCurrent(ConfigTable.markdown());
  }

  @Test
  void shouldDocumentEveryKeyInASentence() {
    Keys.DEFINITION
        .configKeys()
        .values()
        .forEach(key -> assertThat(key.documentation).as(key.name).matches("[A-Z`].*[.)]"));
  }
}
