package dev.imsbridge.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An alert that cannot fire, or that nobody knows how to answer, is worse than none. */
class AlertsTest {
  private static final Path ALERTS = Path.of("deploy/prometheus/alerts.yaml");
  private static final Path TESTS = Path.of("deploy/prometheus/alerts.test.yaml");
  private static final Path RUNBOOK = Path.of("docs/operations.md");
  private static final Pattern ENTRY =
      Pattern.compile("(?ms)^### (ImsBridge\\w+)\\n\\n(.+?)(?=^#|\\z)");

  private static List<JsonNode> alerts() throws IOException {
    List<JsonNode> alerts = new ArrayList<>();
    for (JsonNode group : new YAMLMapper().readTree(Files.readString(ALERTS)).get("groups")) {
      group.get("rules").forEach(alerts::add);
    }
    return alerts;
  }

  private static Stream<String> names() throws IOException {
    return alerts().stream().map(alert -> alert.get("alert").asText());
  }

  @Test
  void shouldReadMetricsThatExist() throws IOException {
    KnownMetrics known = KnownMetrics.read();
    assertThat(alerts()).hasSizeGreaterThan(15);
    for (JsonNode alert : alerts()) {
      known.assertKnown(alert.get("alert").asText(), PromQuery.of(alert.get("expr").asText()));
    }
  }

  @Test
  void shouldHaveAnEntryInTheRunbook() throws IOException {
    Map<String, String> entries = new HashMap<>();
    for (MatchResult entry : ENTRY.matcher(Files.readString(RUNBOOK)).results().toList()) {
      entries.put(
          RUNBOOK + "#" + entry.group(1).toLowerCase(java.util.Locale.ROOT), entry.group(2));
    }
    Set<String> named = new TreeSet<>();
    for (JsonNode alert : alerts()) {
      String runbook = alert.at("/annotations/runbook").asText();
      named.add(runbook);
      assertThat(alert.at("/annotations/summary").asText()).isNotEmpty();
      assertThat(alert.at("/labels/severity").asText()).isIn("critical", "warning", "info");
      assertThat(runbook).endsWithIgnoringCase("#" + alert.get("alert").asText());
    }
    assertThat(entries.keySet()).containsExactlyInAnyOrderElementsOf(named);
    assertThat(entries.values()).allMatch(entry -> entry.strip().length() > 80);
  }

  /** promtool runs these tests; here only that no alert lacks one. */
  @Test
  void shouldBeSeenToFireAndToBeSilent() throws IOException {
    Set<String> fire = new TreeSet<>();
    Set<String> silent = new TreeSet<>();
    for (JsonNode test : new YAMLMapper().readTree(Files.readString(TESTS)).get("tests")) {
      for (JsonNode rule : test.get("alert_rule_test")) {
        (rule.get("exp_alerts").isEmpty() ? silent : fire).add(rule.get("alertname").asText());
      }
    }
    assertThat(names()).containsExactlyInAnyOrderElementsOf(fire);
    assertThat(names()).containsExactlyInAnyOrderElementsOf(silent);
  }
}
