package dev.imsbridge.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.cli.GeneratedSection;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/configuration.md is generated; this test fails if it is outdated. */
class ConfigTableTest {
  private static final GeneratedSection SETTINGS =
      new GeneratedSection(Path.of("docs/configuration.md"), "configuration");

  @Test
  void shouldBeDocumented() throws IOException {
    SETTINGS.assertCurrent(ConfigTable.markdown());
  }

  @Test
  void shouldBeInTheFileOfTheArchive() throws IOException {
    Path file = Path.of("conf/imsbridge.properties");
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(file, ConfigTable.properties());
    }
    assertThat(Files.readString(file))
        .as("%s; write it with -Ddocs.write=true", file)
        .isEqualTo(ConfigTable.properties());
  }

  /** Somebody who removes each # must get the defaults, not an error. */
  @Test
  void shouldHoldTheDefaultsInTheFileOfTheArchive(@TempDir Path directory) throws IOException {
    String all =
        Files.readString(Path.of("conf/imsbridge.properties"))
            .replaceAll("(?m)^#([a-z.-]+=)", "$1");
    Path file = Files.writeString(directory.resolve("all.properties"), all);
    Properties written = new Properties();
    written.load(new StringReader(all));
    assertThat(written.stringPropertyNames()).isEqualTo(Keys.DEFINITION.names());
    BridgeConfig every = BridgeConfig.load(file, Map.of(), List.of());
    BridgeConfig none = BridgeConfig.load(null, Map.of(), List.of());
    assertThat(every.values()).isEqualTo(none.values());
  }

  @Test
  void shouldDocumentEveryKeyInASentence() {
    Keys.DEFINITION
        .configKeys()
        .values()
        .forEach(key -> assertThat(key.documentation).as(key.name).matches("[A-Z`].*[.)]"));
  }
}
