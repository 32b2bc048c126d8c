package dev.imsbridge.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A panel that reads a metric of another name stays empty, and nobody notices. */
class BoardsTest {
  private static final Pattern LEGEND = Pattern.compile("\\{\\{(\\w+)}}");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)");
  private static final Pattern VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");

  private static List<JsonNode> boards() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("deploy/grafana"))) {
      List<Path> found = files.filter(file -> file.toString().endsWith(".json")).toList();
      assertThat(found).isNotEmpty();
      ObjectMapper json = new ObjectMapper();
      List<JsonNode> boards = new java.util.ArrayList<>();
      for (Path file : found) {
        boards.add(json.readTree(Files.readString(file)));
      }
      return boards;
    }
  }

  @Test
  void shouldReadMetricsThatExist() throws IOException {
    KnownMetrics known = KnownMetrics.read();
    int queries = 0;
    for (JsonNode board : boards()) {
      for (JsonNode panel : board.get("panels")) {
        String title = panel.get("title").asText();
        for (JsonNode target : panel.path("targets")) {
          PromQuery query = PromQuery.of(target.get("expr").asText());
          known.assertKnown(title, query);
          Set<String> kept = new HashSet<>(query.groupings());
          if (!target.get("expr").asText().contains("(")) {
            query.selectors().forEach(each -> kept.addAll(known.labels().get(each.metric())));
            kept.add("instance");
          }
          LEGEND
              .matcher(target.get("legendFormat").asText())
              .results()
              .forEach(each -> assertThat(kept).as(title).contains(each.group(1)));
          queries++;
        }
      }
    }
    assertThat(queries).isGreaterThan(40);
  }

  @Test
  void shouldUseVariablesThatExist() throws IOException {
    KnownMetrics known = KnownMetrics.read();
    for (JsonNode board : boards()) {
      Set<String> variables = new TreeSet<>(Set.of("__rate_interval", "__all"));
      for (JsonNode variable : board.at("/templating/list")) {
        variables.add(variable.get("name").asText());
        VALUES
            .matcher(variable.get("query").asText())
            .results()
            .forEach(
                each ->
                    known.assertKnown(
                        each.group(),
                        PromQuery.of(each.group(1) + " + on (" + each.group(2) + ") up")));
      }
      VARIABLE
          .matcher(board.toString())
          .results()
          .forEach(each -> assertThat(variables).contains(each.group(1)));
    }
  }

  @Test
  void shouldPlacePanelsSideBySide() throws IOException {
    for (JsonNode board : boards()) {
      Set<String> cells = new HashSet<>();
      Set<Integer> ids = new HashSet<>();
      for (JsonNode panel : board.get("panels")) {
        JsonNode at = panel.get("gridPos");
        String title = panel.get("title").asText();
        assertThat(ids.add(panel.get("id").asInt())).as(title).isTrue();
        assertThat(at.get("x").asInt() + at.get("w").asInt()).as(title).isLessThanOrEqualTo(24);
        for (int x = 0; x < at.get("w").asInt(); x++) {
          for (int y = 0; y < at.get("h").asInt(); y++) {
            String cell = (at.get("x").asInt() + x) + "," + (at.get("y").asInt() + y);
            assertThat(cells.add(cell)).as("%s at %s", title, cell).isTrue();
          }
        }
      }
    }
  }
}
