package dev.imsbridge.cli.past;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.cli.common.EventText;
import dev.imsbridge.history.AcceptedRequest;
import dev.imsbridge.history.EvidenceRecord;
import dev.imsbridge.history.HistoryDocument;
import dev.imsbridge.history.HistoryEvent;
import dev.imsbridge.history.JobTimeline;
import dev.imsbridge.history.TreeHistory;
import dev.imsbridge.terminal.Columns;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.SafeText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Formats the history of a job tree as text tables. Control characters are replaced by spaces.
 * Immutable.
 */
final class HistoryText {
  private static final int MOST_BODY = 4_000;
  private static final int MOST_IMAGES = 3;

  private final TreeHistory history;
  private final ZoneId zone;
  private final Instant now;
  private final Palette palette;

  /**
   * @param now the end of the durations of jobs that have not ended
   */
  HistoryText(TreeHistory history, ZoneId zone, Instant now, Palette palette) {
    this.history = history;
    this.zone = zone;
    this.now = now;
    this.palette = palette;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    List<JobTimeline> jobs = history.jobs();
    if (!jobs.isEmpty()) {
      heading(text, jobs.get(0));
      jobs(text, jobs);
    }
    audit(text);
    evidence(text);
    text.append(earlier());
    if (history.truncated()) {
      text.append("\nThere are more events than are shown.\n");
    }
    return text.toString();
  }

  private String earlier() {
    Instant first = history.events().get(0).at();
    String before = first.minusMillis(1).toString();
    return switch (history.earlier()) {
      case NONE -> "";
      case FOUND ->
          "%nThe job was requested earlier, too. To print those events, add --as-of %s%n"
              .formatted(before);
      case UNKNOWN ->
          "%nOnly events of the latest request are shown. To print older ones, if any, add --as-of %s%n"
              .formatted(before);
    };
  }

  // ---- outcome

  private void heading(StringBuilder text, JobTimeline root) {
    JsonNode latest = root.latest();
    text.append(
        "%s  %s  %s%n"
            .formatted(
                palette.strong(SafeText.safe(history.rootJobId())),
                EventText.cell(latest, "job_type"),
                SafeText.safe(
                    EventText.field(latest, "region")
                        + "/"
                        + EventText.field(latest, "project_id"))));
    line(text, outcome(root));
    boolean subJob = !history.jobId().equals(history.rootJobId());
    line(text, subJob ? "asked for: its sub-job " + SafeText.safe(history.jobId()) : "");
    String status = EventText.field(latest, "status");
    boolean unsuccessful = EventText.unsuccessful(status);
    line(text, unsuccessful ? SafeText.line(EventText.result(latest, status)) : "");
    String labels = EventText.pairs(latest.path("labels"), ", ");
    line(text, labels.isEmpty() ? "" : "labels " + SafeText.line(labels));
    line(text, images());
    line(text, request());
    if (history.asOf() != null) {
      line(text, "as of " + time(history.asOf()));
    }
    text.append('\n');
  }

  private String outcome(JobTimeline root) {
    JsonNode completion = history.completion().map(event -> event.event().data()).orElse(null);
    String status = root.last().status();
    Duration took = HistoryDocument.duration(root);
    String after = took == null ? "" : " after " + EventText.took(took.toMillis());
    if (completion != null) {
      String reason = EventText.field(completion, "lost_reason");
      return palette.status(status, SafeText.safe(EventText.field(completion, "outcome")))
          + SafeText.safe(reason.isEmpty() ? "" : " (" + reason + ")")
          + after;
    }
    String state = root.ended() ? ", sub-jobs have not ended yet" : ", has not ended yet";
    return palette.status(status, SafeText.safe(status)) + after + state;
  }

  private String request() {
    AcceptedRequest request = history.request();
    if (request == null) {
      return "";
    }
    String headers =
        request.headers().entrySet().stream()
            .map(header -> ", " + header.getKey() + "=" + header.getValue())
            .collect(Collectors.joining());
    Instant recorded = history.requestRecordedAt();
    return "requested by %s%s, accepted %s%s"
        .formatted(
            SafeText.safe(request.position().toString()),
            recorded == null ? "" : " of " + time(recorded),
            time(request.acceptedAt()),
            SafeText.line(headers));
  }

  private String images() {
    List<String> ids = HistoryDocument.imageIds(history);
    List<String> some = ids.subList(0, Math.min(MOST_IMAGES, ids.size()));
    String more = ids.size() > MOST_IMAGES ? " and " + (ids.size() - MOST_IMAGES) + " more" : "";
    return some.isEmpty()
        ? ""
        : (ids.size() == 1 ? "image " : "images ") + SafeText.line(String.join(", ", some)) + more;
  }

  // ---- jobs

  private void jobs(StringBuilder text, List<JobTimeline> jobs) {
    Columns table = table("JOB", "TYPE", "STATUS", "SEEN", "FOR", "");
    for (JobTimeline job : jobs) {
      String name = "  ".repeat(job.depth()) + (job.depth() > 0 ? "- " : "") + job.jobId();
      String type = EventText.cell(job.latest(), "job_type");
      for (JobTimeline.Stage stage : job.stages()) {
        table.row(
            SafeText.line(name),
            type,
            palette.status(stage.status(), SafeText.line(stage.status())),
            time(stage.at()),
            stayed(job, stage),
            SafeText.line(EventText.result(stage.transition().event().data(), stage.status())));
        name = "";
        type = "";
      }
    }
    text.append(table.text());
  }

  private String stayed(JobTimeline job, JobTimeline.Stage stage) {
    if (stage.stayed() != null) {
      return EventText.took(stage.stayed().toMillis());
    }
    if (!job.ended()) {
      long millis = Math.max(0, Duration.between(stage.at(), now).toMillis());
      return EventText.took(millis) + " so far";
    }
    Duration took = HistoryDocument.duration(job);
    return took == null ? "" : "= " + EventText.took(took.toMillis());
  }

  // ---- audit and evidence

  private void audit(StringBuilder text) {
    Columns table = table("WHEN", "JOB", "DECIDED", "WHY");
    boolean empty = true;
    for (HistoryEvent event : history.events()) {
      if (event.kind() == HistoryEvent.Kind.AUDIT) {
        empty = false;
        JsonNode data = event.event().data();
        table.row(
            time(event.at()),
            SafeText.line(event.event().jobId()),
            EventText.cell(data, "what"),
            SafeText.line(
                EventText.joined(
                    EventText.field(data, "why"), EventText.pairs(data.path("details"), ", "))));
      }
    }
    if (!empty) {
      text.append('\n').append(table.text());
    }
  }

  private void evidence(StringBuilder text) {
    if (history.evidence() == null) {
      return;
    }
    for (EvidenceRecord observed : history.evidence()) {
      text.append('\n').append(palette.strong(SafeText.safe(observed.position().toString())));
      if (!observed.retained()) {
        text.append(
            observed.availability() == EvidenceRecord.Availability.OMITTED
                ? "  omitted: the size limit of one answer is reached\n"
                : "  no longer retained\n");
        continue;
      }
      String headers =
          observed.headers().entrySet().stream()
              .map(header -> header.getKey() + "=" + header.getValue())
              .collect(Collectors.joining(" "));
      text.append("  ").append(SafeText.safe(headers)).append('\n');
      if (observed.body() != null) {
        String body = new String(observed.body(), UTF_8);
        boolean cut = body.length() > MOST_BODY;
        text.append("  ").append(SafeText.safe(cut ? body.substring(0, MOST_BODY) : body));
        text.append(cut ? "... (--json has all)\n" : "\n");
      }
    }
  }

  // ---- formatting

  private Columns table(String... titles) {
    Columns table = Columns.left();
    table.row(Stream.of(titles).map(palette::strong).toArray(String[]::new));
    return table;
  }

  private String time(Instant time) {
    return EventText.DATED.format(time.atZone(zone));
  }

  private static void line(StringBuilder text, String line) {
    if (!line.isEmpty()) {
      text.append("  ").append(line).append('\n');
    }
  }
}
