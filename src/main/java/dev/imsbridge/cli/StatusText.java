package dev.imsbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.cli.common.EventText;
import dev.imsbridge.cli.common.ForecastText;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Formats a {@link StatusReport} as text. Used for one text. */
final class StatusText {
  private static final List<String> FAULTS =
      List.of("throttled", "credentials_refused", "endpoint_down");

  private final StatusReport report;
  private final Instant now;
  private final ZoneId zone;
  private final Palette palette;
  private final ForecastText forecasts;
  private final StringBuilder text = new StringBuilder();

  StatusText(
      StatusReport report, Instant now, ZoneId zone, Palette palette, ForecastText forecasts) {
    this.report = report;
    this.now = now;
    this.zone = zone;
    this.palette = palette;
    this.forecasts = forecasts;
  }

  String text() {
    instances();
    projects();
    types();
    faulty();
    open();
    ended();
    return text.toString();
  }

  private void instances() {
    Columns table =
        new Columns("INSTANCE", "STATE", "UP", "WATCHES", "IN FLIGHT", "PARTITIONS", "VERSION");
    for (JsonNode each : report.status().path("instances")) {
      JsonNode poller = each.path("poller");
      table.row(
          EventText.cell(each, "instance"),
          state(each),
          age(each.path("started_at")),
          poller.isObject() ? EventText.cell(poller, "open_watches") : "",
          poller.isObject() ? EventText.cell(poller, "in_flight") : "",
          ranges(each.path("partitions")),
          EventText.cell(each, "version"));
    }
    text.append(table.text());
    report.status().path("instances").forEach(this::deadLetters);
    if (report.status().path("partial").asBoolean()) {
      note("Not every instance answered.");
    }
  }

  private void deadLetters(JsonNode instance) {
    List<String> kinds = new ArrayList<>();
    for (Map.Entry<String, JsonNode> kind : instance.path("dead_letters").properties()) {
      kinds.add(kind.getValue().asLong() + " " + SafeText.line(kind.getKey()));
    }
    if (!kinds.isEmpty()) {
      note(
          "%s wrote dead letters since its start: %s."
              .formatted(EventText.cell(instance, "instance"), String.join(", ", kinds)));
    }
  }

  private static String state(JsonNode instance) {
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, JsonNode> part : instance.path("parts").properties()) {
      if (!part.getValue().asBoolean()) {
        missing.add(SafeText.line(part.getKey()));
      }
    }
    if (instance.path("ready").asBoolean()) {
      return "ready";
    }
    return missing.isEmpty() ? "not ready" : "not ready: " + String.join(", ", missing);
  }

  /** Formats partitions as {@code 0-2, 5}. */
  private static String ranges(JsonNode partitions) {
    List<String> ranges = new ArrayList<>();
    int first = -1;
    int last = -1;
    for (JsonNode each : partitions) {
      if (first < 0 || each.asInt() != last + 1) {
        first = each.asInt();
        ranges.add("");
      }
      last = each.asInt();
      ranges.set(ranges.size() - 1, first == last ? "" + first : first + "-" + last);
    }
    return String.join(", ", ranges);
  }

  // ---- totals of all instances

  private void projects() {
    Collection<List<JsonNode>> projects = grouped("projects", "region", "project_id");
    Columns table =
        new Columns("PROJECT", "REGION", "ID", "WAITING", "LATE", "IN FLIGHT", "CALLS/S", "STATE");
    for (List<JsonNode> project : projects) {
      table.row(
          EventText.cell(project.get(0), "name"),
          EventText.cell(project.get(0), "region"),
          EventText.cell(project.get(0), "project_id"),
          sum(project, "waiting"),
          EventText.took(
              project.stream().mapToLong(each -> each.path("overdue_ms").asLong()).max().orElse(0)),
          sum(project, "in_flight"),
          String.format(
              Locale.ROOT,
              "%.1f",
              project.stream().mapToDouble(each -> each.path("calls_per_second").asDouble()).sum()),
          faults(project));
    }
    section(projects.isEmpty() ? null : table, "No job was requested yet.");
  }

  private String faults(List<JsonNode> project) {
    List<String> all = new ArrayList<>();
    project.stream()
        .map(each -> each.path("paused"))
        .filter(JsonNode::isObject)
        .findFirst()
        .ifPresent(pause -> all.add(paused(pause)));
    for (String fault : FAULTS) {
      if (project.stream().anyMatch(each -> each.path(fault).asBoolean())) {
        all.add(fault.replace('_', ' '));
      }
    }
    project.stream()
        .map(each -> each.path("outage"))
        .filter(JsonNode::isObject)
        .min(Comparator.comparing(outage -> outage.path("since").asText()))
        .ifPresent(
            outage ->
                all.add(
                    "no answer for %s, since %s: %s, %s"
                        .formatted(
                            age(outage.path("since")),
                            time(outage.path("since")),
                            EventText.cell(outage, "fault"),
                            EventText.cell(outage, "detail"))));
    return all.isEmpty() ? "ok" : String.join(", ", all);
  }

  private String paused(JsonNode pause) {
    String reason = EventText.cell(pause, "reason");
    return "paused since %s by %s%s"
        .formatted(
            time(pause.path("since")),
            pause.path("by").isNull()
                ? EventText.cell(pause, "via")
                : "%s (%s)".formatted(EventText.cell(pause, "by"), EventText.cell(pause, "via")),
            reason.isEmpty() ? "" : ": " + reason);
  }

  private void types() {
    Collection<List<JsonNode>> types = grouped("types", "job_type");
    Columns table = new Columns("WATCHED NOW", "JOBS", "OLDEST", "NEXT POLL", "FAULTY");
    for (List<JsonNode> type : types) {
      table.row(
          type.get(0).path("job_type").isNull()
              ? "(not known yet)"
              : EventText.cell(type.get(0), "job_type"),
          sum(type, "watches"),
          since(earliest(type, "oldest_opened_at")),
          until(earliest(type, "next_poll_at")),
          sum(type, "faulty"));
    }
    section(types.isEmpty() ? null : table, "No job is watched.");
  }

  /** Returns the elements of a list of the poller of all instances, by the value of fields. */
  private Collection<List<JsonNode>> grouped(String list, String... fields) {
    Map<String, List<JsonNode>> groups = new TreeMap<>();
    for (JsonNode instance : report.status().path("instances")) {
      for (JsonNode each : instance.path("poller").path(list)) {
        String key =
            Stream.of(fields)
                .map(field -> each.path(field).asText())
                .collect(Collectors.joining("/"));
        groups.computeIfAbsent(key, any -> new ArrayList<>()).add(each);
      }
    }
    return groups.values();
  }

  private static String sum(List<JsonNode> objects, String field) {
    return Long.toString(objects.stream().mapToLong(each -> each.path(field).asLong()).sum());
  }

  private static Instant earliest(List<JsonNode> objects, String field) {
    return objects.stream()
        .map(each -> PublishedEvent.time(each.path(field)))
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  // ---- jobs

  private void faulty() {
    Columns table = new Columns("IN TROUBLE", "TYPE", "FAULT", "ASKED FOR");
    for (JsonNode job : report.faulty()) {
      table.row(
          EventText.cell(job, "job_id"),
          EventText.cell(job, "job_type"),
          EventText.cell(job, "fault"),
          age(job.path("requested_at")) + " ago");
    }
    if (!report.faulty().isEmpty()) {
      section(table, "");
    }
  }

  private void open() {
    Columns table = new Columns("ENDS NEXT", "TYPE", "STATUS", "PROGRESS");
    for (JsonNode job : report.open()) {
      String status = EventText.cell(job, "status");
      table.row(
          EventText.cell(job, "job_id"),
          EventText.cell(job, "job_type"),
          palette.status(status, status.isEmpty() ? "(none)" : status),
          forecasts.of(job.path("forecast"), now));
    }
    if (!report.open().isEmpty()) {
      section(table, "");
    }
  }

  private void ended() {
    text.append('\n');
    if (report.jobsProblem() != null) {
      note("Jobs: " + report.jobsProblem());
      return;
    }
    if (report.ended().isEmpty()) {
      note("No job has ended yet.");
      return;
    }
    text.append("ENDED LAST\n");
    Columns table = Columns.left();
    for (JsonNode job : report.ended()) {
      String status = EventText.cell(job, "status");
      table.row(
          time(job.path("ended_at")),
          EventText.cell(job, "job_id"),
          palette.status(status, status),
          EventText.cell(job, "job_type"),
          SafeText.line(EventText.result(job, status)));
    }
    text.append(table.text());
    if (!report.complete()) {
      note("Not all jobs were examined: others may have ended later.");
    }
  }

  // ---- cells

  private void section(Columns table, String otherwise) {
    text.append('\n');
    if (table == null) {
      note(otherwise);
    } else {
      text.append(table.text());
    }
  }

  private void note(String line) {
    text.append(line).append('\n');
  }

  private String time(JsonNode value) {
    Instant time = PublishedEvent.time(value);
    return time == null ? "" : EventText.TO_SECONDS.format(time.atZone(zone));
  }

  private String age(JsonNode value) {
    return since(PublishedEvent.time(value));
  }

  private String since(Instant time) {
    return time == null ? "" : EventText.took(Math.max(0, Duration.between(time, now).toMillis()));
  }

  private String until(Instant time) {
    if (time == null) {
      return "";
    }
    long millis = Duration.between(now, time).toMillis();
    return millis <= 0 ? "now" : "in " + EventText.took(millis);
  }
}
