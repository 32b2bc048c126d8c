package dev.imsbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.SafeText;
import dev.imsbridge.wire.TimeRange;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Formats a {@link StatusReport} as text. Used for one text. */
final class StatusText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private final StatusReport report;
  private final Instant now;
  private final ZoneId zone;
  private final Palette palette;
  private final StringBuilder text = new StringBuilder();

  StatusText(StatusReport report, Instant now, ZoneId zone, Palette palette) {
    this.report = report;
    this.now = now;
    this.zone = zone;
    this.palette = palette;
  }

  String text() {
    instances();
    projects();
    types();
    faulty();
    ended();
    return text.toString();
  }

  private void instances() {
    Columns table =
        new Columns("INSTANCE", "STATE", "UP", "WATCHES", "IN FLIGHT", "PARTITIONS", "VERSION");
    for (JsonNode each : report.status().path("instances")) {
      JsonNode poller = each.path("poller");
      table.row(
          cell(each, "instance"),
          state(each),
          age(each.path("started_at")),
          poller.isObject() ? cell(poller, "open_watches") : "",
          poller.isObject() ? cell(poller, "in_flight") : "",
          ranges(each.path("partitions")),
          cell(each, "version"));
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
              .formatted(cell(instance, "instance"), String.join(", ", kinds)));
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

  private static final class Project {
    private JsonNode any;
    private long waiting;
    private long inFlight;
    private long late;
    private double rate;
    private boolean throttled;
    private boolean refused;
    private boolean down;
    private JsonNode outage;

    void add(JsonNode project) {
      any = project;
      waiting += project.path("waiting").asLong();
      inFlight += project.path("in_flight").asLong();
      late = Math.max(late, project.path("overdue_ms").asLong());
      rate += project.path("calls_per_second").asDouble();
      throttled |= project.path("throttled").asBoolean();
      refused |= project.path("credentials_refused").asBoolean();
      down |= project.path("endpoint_down").asBoolean();
      JsonNode other = project.path("outage");
      if (other.isObject() && (outage == null || since(other).compareTo(since(outage)) < 0)) {
        outage = other;
      }
    }

    private static String since(JsonNode outage) {
      return outage.path("since").asText();
    }

    String state(StatusText text) {
      List<String> all = new ArrayList<>();
      if (throttled) {
        all.add("throttled");
      }
      if (refused) {
        all.add("credentials refused");
      }
      if (down) {
        all.add("endpoint down");
      }
      if (outage != null) {
        all.add(
            "no answer for %s, since %s: %s, %s"
                .formatted(
                    text.age(outage.path("since")),
                    text.time(outage.path("since")),
                    cell(outage, "fault"),
                    cell(outage, "detail")));
      }
      return all.isEmpty() ? "ok" : String.join(", ", all);
    }
  }

  private void projects() {
    Map<String, Project> projects = new TreeMap<>();
    for (JsonNode instance : report.status().path("instances")) {
      for (JsonNode each : instance.path("poller").path("projects")) {
        String key = each.path("region").asText() + "/" + each.path("project_id").asText();
        projects.computeIfAbsent(key, any -> new Project()).add(each);
      }
    }
    Columns table =
        new Columns("PROJECT", "REGION", "ID", "WAITING", "LATE", "IN FLIGHT", "CALLS/S", "STATE");
    projects
        .values()
        .forEach(
            each ->
                table.row(
                    cell(each.any, "name"),
                    cell(each.any, "region"),
                    cell(each.any, "project_id"),
                    Long.toString(each.waiting),
                    EventText.took(each.late),
                    Long.toString(each.inFlight),
                    String.format(Locale.ROOT, "%.1f", each.rate),
                    each.state(this)));
    section(projects.isEmpty() ? null : table, "No job was requested yet.");
  }

  private static final class Type {
    private String name;
    private long watches;
    private long faulty;
    private String oldest;
    private String next;

    void add(JsonNode type) {
      name = type.path("job_type").isNull() ? "(not known yet)" : cell(type, "job_type");
      watches += type.path("watches").asLong();
      faulty += type.path("faulty").asLong();
      oldest = earlier(oldest, type.path("oldest_opened_at").textValue());
      next = earlier(next, type.path("next_poll_at").textValue());
    }

    // ISO-8601 in UTC with milliseconds: the texts sort by time.
    private static String earlier(String one, String other) {
      return one == null || (other != null && other.compareTo(one) < 0) ? other : one;
    }
  }

  private void types() {
    Map<String, Type> types = new TreeMap<>();
    for (JsonNode instance : report.status().path("instances")) {
      for (JsonNode each : instance.path("poller").path("types")) {
        types.computeIfAbsent(each.path("job_type").asText(), any -> new Type()).add(each);
      }
    }
    Columns table = new Columns("WATCHED NOW", "JOBS", "OLDEST", "NEXT POLL", "FAULTY");
    types
        .values()
        .forEach(
            each ->
                table.row(
                    each.name,
                    Long.toString(each.watches),
                    since(each.oldest),
                    until(each.next),
                    Long.toString(each.faulty)));
    section(types.isEmpty() ? null : table, "No job is watched.");
  }

  // ---- jobs

  private void faulty() {
    if (report.faulty().isEmpty()) {
      return;
    }
    Columns table = new Columns("IN TROUBLE", "TYPE", "FAULT", "ASKED FOR");
    report
        .faulty()
        .forEach(
            job ->
                table.row(
                    cell(job, "job_id"),
                    cell(job, "job_type"),
                    cell(job, "fault"),
                    age(job.path("requested_at")) + " ago"));
    section(table, "");
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
    int widest =
        report.ended().stream().mapToInt(job -> cell(job, "job_id").length()).max().orElse(0);
    text.append("ENDED LAST\n");
    report.ended().forEach(job -> ended(job, widest));
    if (!report.complete()) {
      note("Not all jobs were looked through: others may have ended later.");
    }
  }

  private void ended(JsonNode job, int widest) {
    String status = cell(job, "status");
    text.append(
            "%s  %s  %s  %s  %s"
                .formatted(
                    time(job.path("ended_at")),
                    cell(job, "job_id") + " ".repeat(widest - cell(job, "job_id").length()),
                    palette.status(status, "%-7s".formatted(status)),
                    cell(job, "job_type"),
                    SafeText.line(EventText.result(job, status)))
                .stripTrailing())
        .append('\n');
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

  private static String cell(JsonNode object, String field) {
    JsonNode value = object.path(field);
    return value.isNull() ? "" : SafeText.line(value.asText());
  }

  private String time(JsonNode value) {
    Instant time = instant(value.textValue());
    return time == null ? "" : TIME.format(time.atZone(zone));
  }

  private String age(JsonNode value) {
    return since(value.textValue());
  }

  private String since(String time) {
    Instant then = instant(time);
    return then == null ? "" : EventText.took(Math.max(0, Duration.between(then, now).toMillis()));
  }

  private String until(String time) {
    Instant then = instant(time);
    if (then == null) {
      return "";
    }
    long millis = Duration.between(now, then).toMillis();
    return millis <= 0 ? "now" : "in " + EventText.took(millis);
  }

  private static Instant instant(String text) {
    try {
      return text == null ? null : TimeRange.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
