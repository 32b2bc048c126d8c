package dev.imsbridge.cli.past;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.history.rebuild.ComparisonCounts;
import dev.imsbridge.history.rebuild.RebuildReport;
import dev.imsbridge.history.rebuild.RebuildReport.Taken;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.SafeText;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The result of a rebuild, as text or JSON.
 *
 * @param compared whether the result was compared with published records
 * @param prefix the topic prefix of the output; null if nothing was written
 */
record RebuildText(RebuildReport report, BridgeConfig config, boolean compared, String prefix) {
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
      long more = tally.different() - tally.first().size();
      if (more > 0) {
        text.append("  and %s more of %s%n".formatted(Columns.number(more), tally.topic()));
      }
    }
    text.append(superseded());
    if (report.topics().stream().anyMatch(tally -> tally.pending() > 0)) {
      text.append(
          "pending: not published yet, because the bridge had not processed the observations when the comparison began%n"
              .formatted());
    }
    for (Taken taken : report.partitions()) {
      if (taken.begin() > 0) {
        text.append(
            "observations of partition %s begin at offset %s: %s later ones, of %s jobs, are left out, since the request is gone%n"
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
    if (!compared) {
      Columns columns = new Columns("TOPIC", "RECOMPUTED");
      report
          .topics()
          .forEach(tally -> columns.row(tally.topic(), Columns.number(tally.recomputed())));
      return columns.text();
    }
    Columns columns =
        new Columns("TOPIC", "RECOMPUTED", "IDENTICAL", "DIFFERENT", "NOT COMPARED", "PENDING");
    for (ComparisonCounts tally : report.topics()) {
      columns.row(
          tally.topic(),
          Columns.number(tally.recomputed()),
          Columns.number(tally.identical()),
          Columns.number(tally.different()),
          Columns.number(tally.notCompared()),
          Columns.number(tally.pending()));
    }
    return columns.text();
  }

  /** Explains why the counts of the compacted topic do not add up. */
  private String superseded() {
    for (ComparisonCounts tally : report.topics()) {
      long compared = tally.identical() + tally.different();
      if (this.compared
          && tally.topic().equals(config.topics().status())
          && tally.recomputed() > compared) {
        return "%s is compacted: of each job only the last record is compared%n"
            .formatted(tally.topic());
      }
    }
    return "";
  }

  private static String line(String topic, ComparisonCounts.Deviation each) {
    String place =
        each.offset() < 0 ? topic : "%s-%s@%s".formatted(topic, each.partition(), each.offset());
    return "  %s, key %s: %s"
        .formatted(place, SafeText.line(each.key()), SafeText.line(each.detail()));
  }

  /** Returns the result in one sentence. */
  String verdict() {
    long inputs = report.partitions().stream().mapToLong(Taken::inputs).sum();
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
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("verdict", verdict().substring(0, verdict().indexOf(' ')).replace(":", ""));
    json.put("sentence", verdict());
    ArrayNode topics = json.putArray("topics");
    for (ComparisonCounts tally : report.topics()) {
      ObjectNode topic = topics.addObject();
      topic.put("topic", tally.topic()).put("recomputed", tally.recomputed());
      if (compared) {
        topic
            .put("identical", tally.identical())
            .put("different", tally.different())
            .put("not_compared", tally.notCompared())
            .put("pending", tally.pending());
      }
      ArrayNode first = topic.putArray("first_differences");
      for (ComparisonCounts.Deviation each : tally.first()) {
        first
            .addObject()
            .put("partition", each.partition())
            .put("offset", each.offset())
            .put("key", each.key())
            .put("detail", each.detail());
      }
    }
    ArrayNode partitions = json.putArray("partitions");
    for (Taken taken : report.partitions()) {
      partitions
          .addObject()
          .put("partition", taken.partition())
          .put("begin", taken.begin())
          .put("observations", taken.inputs())
          .put("left_out", taken.leftOut())
          .put("jobs_left_out", taken.jobsLeftOut())
          .put("end_known", taken.endKnown());
    }
    ObjectNode settings = json.putObject("settings");
    SETTINGS.forEach(key -> settings.put(key, config.shown(key)));
    return json.toPrettyString() + "\n";
  }
}
