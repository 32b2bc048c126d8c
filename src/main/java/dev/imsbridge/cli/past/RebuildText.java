package dev.imsbridge.cli.past;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.history.rebuild.ComparisonCounts;
import dev.imsbridge.history.rebuild.ComparisonCounts.Result;
import dev.imsbridge.history.rebuild.RebuildReport;
import dev.imsbridge.history.rebuild.RebuildReport.Taken;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.SafeText;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The result of a rebuild, as text or JSON.
 *
 * @param compared whether the result was compared with published records
 * @param prefix the topic prefix of the output; null if nothing was written
 */
record RebuildText(RebuildReport report, BridgeConfig config, boolean compared, String prefix) {
  private static final JsonMapper JSON =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
  private static final List<String> SETTINGS =
      List.of(
          Keys.WATCH_DEADLINE,
          Keys.WATCH_SETTLE,
          Keys.TREE_SUB_JOBS,
          Keys.TREE_DEPTH,
          Keys.STATE_RETENTION,
          Keys.EVENTS_MODE);

  String text() {
    StringBuilder text = new StringBuilder(table());
    for (ComparisonCounts tally : report.topics()) {
      tally.first().forEach(each -> text.append(line(tally.topic(), each)).append('\n'));
      long more = tally.count(Result.DIFFERENT) - tally.first().size();
      if (more > 0) {
        text.append("  and %s more of %s%n".formatted(Columns.number(more), tally.topic()));
      }
    }
    text.append(superseded());
    if (report.topics().stream().anyMatch(tally -> tally.count(Result.PENDING) > 0)) {
      text.append(
          "pending: not published yet, because the bridge had not processed the observations when the comparison began%n"
              .formatted());
    }
    for (Taken taken : report.partitions()) {
      if (taken.begin() > 0) {
        text.append(
            "observations of partition %s begin at offset %s: %s later ones of %s jobs are omitted, because retention deleted the requests of these jobs%n"
                .formatted(
                    taken.partition(),
                    Columns.number(taken.begin()),
                    Columns.number(taken.leftOut()),
                    Columns.number(taken.jobsLeftOut())));
      }
    }
    if (!report.endsKnown()) {
      text.append(
          "group %s has no offset for observations of partition %s, so missing records at the end cannot be found: check that application.id is that of the bridge, and that it has run%n"
              .formatted(config.applicationId(), endsUnknown()));
    }
    return text.append(verdict()).append('\n').append(settings()).append('\n').toString();
  }

  private String endsUnknown() {
    return report.partitions().stream()
        .filter(taken -> !taken.endKnown())
        .map(taken -> String.valueOf(taken.partition()))
        .collect(Collectors.joining(", "));
  }

  private String table() {
    Columns columns =
        new Columns(
            Stream.concat(Stream.of("TOPIC"), results().map(each -> each.name().replace('_', ' ')))
                .toArray(String[]::new));
    for (ComparisonCounts tally : report.topics()) {
      columns.row(
          Stream.concat(
                  Stream.of(tally.topic()),
                  results().map(each -> Columns.number(tally.count(each))))
              .toArray(String[]::new));
    }
    return columns.text();
  }

  private Stream<Result> results() {
    return compared ? Stream.of(Result.values()) : Stream.of(Result.RECOMPUTED);
  }

  /** Explains why the counts of the compacted topic do not add up. */
  private String superseded() {
    String status = config.topics().status();
    boolean superseded =
        compared
            && report.topics().stream()
                .filter(tally -> tally.topic().equals(status))
                .anyMatch(
                    tally ->
                        tally.count(Result.RECOMPUTED)
                            > tally.count(Result.IDENTICAL) + tally.count(Result.DIFFERENT));
    return superseded
        ? "%s is compacted: of each job only the last record is compared%n".formatted(status)
        : "";
  }

  private static String line(String topic, ComparisonCounts.Deviation each) {
    String place =
        each.offset() < 0 ? topic : "%s-%s@%s".formatted(topic, each.partition(), each.offset());
    return "  %s, key %s: %s"
        .formatted(place, SafeText.line(each.key()), SafeText.line(each.detail()));
  }

  /** Returns the result in one sentence. */
  String verdict() {
    long inputs = report.partitions().stream().mapToLong(Taken::observations).sum();
    if (compared && report.different() > 0) {
      return report.different() == 1
          ? "different: 1 record differs from the observations"
          : "different: %s records differ from the observations"
              .formatted(Columns.number(report.different()));
    }
    if (!report.whole() || (compared && !report.endsKnown())) {
      return "partial: %s, but not all of it could be recomputed"
          .formatted(compared ? "what was compared is identical" : "written to " + prefix);
    }
    return compared
        ? "identical: the published records follow from %s observations, byte for byte"
            .formatted(Columns.number(inputs))
        : "written to %s: all that follows from %s observations"
            .formatted(prefix, Columns.number(inputs));
  }

  private String settings() {
    StringBuilder text = new StringBuilder("folded with");
    for (String key : SETTINGS) {
      text.append(' ').append(key).append('=').append(config.shown(key));
    }
    return text.toString();
  }

  String json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("verdict", verdict().substring(0, verdict().indexOf(' ')).replace(":", ""));
    json.put("sentence", verdict());
    ArrayNode topics = json.putArray("topics");
    for (ComparisonCounts tally : report.topics()) {
      ObjectNode topic = topics.addObject();
      topic.put("topic", tally.topic());
      results().forEach(each -> topic.put(each.name().toLowerCase(Locale.ROOT), tally.count(each)));
      topic.set("first_differences", JSON.valueToTree(tally.first()));
    }
    json.set("partitions", JSON.valueToTree(report.partitions()));
    ObjectNode settings = json.putObject("settings");
    SETTINGS.forEach(key -> settings.put(key, config.shown(key)));
    return json.toPrettyString() + "\n";
  }
}
