package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A part of a document that the code generates, between {@code <!-- name -->} and {@code <!-- /name
 * -->}. Tests compare it; with {@code -Ddocs.write=true} they write it first.
 */
public record GeneratedSection(Path document, String name) {

  public void assertCurrent(String expected) throws IOException {
    String begin = "<!-- " + name + " -->\n";
    String text = Files.readString(document);
    int from = text.indexOf(begin) + begin.length();
    int to = text.indexOf("<!-- /" + name + " -->");
    assertThat(to).as("a section %s in %s", name, document).isGreaterThanOrEqualTo(from);
    if (Boolean.getBoolean("docs.write")) {
      Files.writeString(document, text.substring(0, from) + expected + text.substring(to));
    } else {
      assertThat(text.substring(from, to))
          .as("%s; write it with -Ddocs.write=true", document)
          .isEqualTo(expected);
    }
  }
}
