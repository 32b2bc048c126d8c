package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigTableTest {
  private static final String BEGIN = "<!-- configuration -->\n";
  private static final String END = "<!-- /configuration -->";

  /**
   * The README says what the code does. After a change of settings: {@code mvn test
   * -Dtest=ConfigTableTest -Dreadme.write=true}.
   */
  @Test
  void shouldStandInTheReadme() throws IOException {
    Path readme = Path.of("README.md");
    String text = Files.readString(readme);
    int begin = text.indexOf(BEGIN) + BEGIN.length();
    int end = text.indexOf(END);
    if (Boolean.getBoolean("readme.write")) {
      text = text.substring(0, begin) + ConfigTable.markdown() + text.substring(end);
      Files.writeString(readme, text);
      end = text.indexOf(END);
    }
    assertThat(text.substring(begin, end)).isEqualTo(ConfigTable.markdown());
  }

  @Test
  void shouldDocumentEveryKeyInASentence() {
    Keys.DEFINITION
        .configKeys()
        .values()
        .forEach(key -> assertThat(key.documentation).as(key.name).matches("[A-Z`].*[.)]"));
  }
}
