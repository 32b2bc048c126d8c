package dev.imsbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A scrape in the OpenMetrics format, read strictly: a name that the format does not allow, or a
 * sample that does not go with its family's type, fails the test.
 */
record ScrapedMetrics(Map<String, Family> families, List<String> samples) {
  private static final String NAME = "([a-z][a-z0-9_]*)";
  private static final Pattern META = Pattern.compile("# (TYPE|HELP|UNIT) " + NAME + " (.+)");
  private static final Pattern SAMPLE =
      Pattern.compile(NAME + "(?:\\{(.*)})? (?:[0-9.eE+-]+|NaN|[+-]Inf)");
  private static final Pattern LABEL =
      Pattern.compile(NAME + "=\"((?:[^\"\\\\]|\\\\[\\\\\"n])*)\",?");
  private static final Map<String, List<String>> SUFFIXES =
      Map.of(
          "counter", List.of("_total", "_created"),
          "gauge", List.of(""),
          "info", List.of("_info"),
          "summary", List.of("_count", "_sum", "_created"),
          "histogram", List.of("_bucket", "_count", "_sum", "_created"));

  /** Metrics of one name. */
  private record Family(Map<String, String> meta, Set<String> labels) {
    Family() {
      this(new TreeMap<>(), new TreeSet<>());
    }

    String type() {
      return meta.get("TYPE");
    }
  }

  static ScrapedMetrics of(String text) {
    Map<String, Family> families = new TreeMap<>();
    List<String> samples = new ArrayList<>();
    List<String> lines = text.lines().toList();
    assertThat(lines.get(lines.size() - 1)).isEqualTo("# EOF");
    for (String line : lines.subList(0, lines.size() - 1)) {
      Matcher meta = META.matcher(line);
      if (meta.matches()) {
        families
            .computeIfAbsent(meta.group(2), name -> new Family())
            .meta
            .put(meta.group(1), meta.group(3));
      } else {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        Family family = family(families, sample.group(1));
        labels(family, sample.group(2));
        samples.add(line);
      }
    }
    return new ScrapedMetrics(families, samples);
  }

  private static Family family(Map<String, Family> families, String sample) {
    List<Family> owners =
        families.entrySet().stream()
            .filter(
                each ->
                    SUFFIXES.get(each.getValue().type()).stream()
                        .anyMatch(suffix -> sample.equals(each.getKey() + suffix)))
            .map(Map.Entry::getValue)
            .toList();
    assertThat(owners).as(sample).hasSize(1);
    return owners.get(0);
  }

  private static void labels(Family family, String text) {
    Matcher label = LABEL.matcher(text == null ? "" : text);
    int end = 0;
    for (; label.find() && label.start() == end; end = label.end()) {
      if (!label.group(1).equals("le")) {
        family.labels.add(label.group(1));
      }
    }
    assertThat(end).as(text).isEqualTo(text == null ? 0 : text.length());
  }

  /** Compares, or writes, the table of all metrics. */
  void assertDocumented() throws IOException {
    new GeneratedSection(Path.of("docs/metrics.md"), "metrics").assertCurrent(table());
  }

  private String table() {
    StringBuilder table =
        new StringBuilder("\n| metric | type | labels | what it is |\n| --- | --- | --- | --- |\n");
    families.forEach(
        (name, family) -> {
          boolean ofTimer =
              name.endsWith("_max") && families.containsKey(name.replaceAll("_max$", ""));
          if (name.startsWith("imsbridge_") && !ofTimer) {
            assertThat(family.meta.get("HELP")).as(name).matches("[A-Z0-9].*[.]");
            table.append(
                "| `%s` | %s | %s | %s |\n"
                    .formatted(
                        name + SUFFIXES.get(family.type()).get(0).replaceAll("_count|_bucket", ""),
                        family.type(),
                        String.join(", ", family.labels),
                        family.meta.get("HELP")));
          }
        });
    return table.append("\n").toString();
  }
}
