package dev.imsbridge.cli.common;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.terminal.Palette;
import dev.imsbridge.terminal.SafeText;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Formats events as lines of text. Immutable. */
public final class EventText {
  public static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
  public static final DateTimeFormatter DATED =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS", Locale.ROOT);
  public static final DateTimeFormatter TO_SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  private final DateTimeFormatter time;
  private final Palette palette;

  /**
   * @param time formats the times, with a time zone
   */
  public EventText(DateTimeFormatter time, Palette palette) {
    this.time = time;
    this.palette = palette;
  }

  /** Returns the time, the job, its type, the status change and a note. */
  public String of(PublishedEvent event) {
    return line(event, event.completion() ? ended(event) : changed(event));
  }

  /** Returns a line with the last status of an ended job, from its record on the status topic. */
  public String ofLastStatus(PublishedEvent status) {
    return line(
        status,
        "   ended: %s  %s"
            .formatted(
                palette.status(status.status(), SafeText.safe(status.status())),
                SafeText.line(result(status.data(), status.status())))
            .stripTrailing());
  }

  private String line(PublishedEvent event, String what) {
    String id = (event.subJob() ? "- " : "") + event.jobId();
    return SafeText.safe(
            "%s  %-34s %-30s "
                .formatted(time.format(event.observedAt()), id, event.text("job_type")))
        + what;
  }

  private String changed(PublishedEvent event) {
    String previous = event.text("previous_status");
    String note = result(event.data(), event.status());
    String relation = event.subJob() ? "of " + event.rootJobId() : "";
    return "%8s -> %s  %s"
        .formatted(
            SafeText.safe(previous.isEmpty() ? "(new)" : previous),
            palette.status(event.status(), "%-7s".formatted(SafeText.safe(event.status()))),
            SafeText.line(joined(relation, note)))
        .stripTrailing();
  }

  private String ended(PublishedEvent event) {
    JsonNode data = event.data();
    String outcome = event.text("outcome");
    String reason = event.text("lost_reason");
    JsonNode duration = data.path("duration_ms");
    int subJobs = data.path("sub_jobs").size();
    String note =
        joined(
            duration.isNumber() ? "after " + took(duration.asLong()) : "",
            subJobs == 0 ? "" : subJobs + (subJobs == 1 ? " sub-job" : " sub-jobs"),
            result(data, event.status()));
    return "   ended: %s  %s"
        .formatted(
            palette.status(event.status(), SafeText.safe(joined(outcome, reason))),
            SafeText.line(note))
        .stripTrailing();
  }

  /** Returns the error of a job with status FAIL or LOST, or else the images that it created. */
  public static String result(JsonNode data, String status) {
    return unsuccessful(status) ? failure(data) : images(data);
  }

  public static boolean unsuccessful(String status) {
    return status.equals("FAIL") || status.equals("LOST");
  }

  private static String failure(JsonNode data) {
    String code = field(data, "error_code");
    String reason = field(data, "fail_reason");
    boolean both = !code.isEmpty() && !reason.isEmpty();
    return both ? code + ": " + reason : code + reason;
  }

  private static String images(JsonNode data) {
    JsonNode ids = data.path("image_ids");
    return switch (ids.size()) {
      case 0 -> "";
      case 1 -> "image " + ids.get(0).asText();
      default -> "image " + ids.get(0).asText() + " and " + (ids.size() - 1) + " more";
    };
  }

  /** Returns a field as text; empty if it is null or missing. */
  public static String field(JsonNode object, String name) {
    return object.path(name).asText("");
  }

  /** Returns a field as a cell of a table. */
  public static String cell(JsonNode object, String field) {
    return SafeText.line(field(object, field));
  }

  /** Formats each field of an object as {@code name=value}. */
  public static String pairs(JsonNode object, String separator) {
    return object.properties().stream()
        .map(each -> each.getKey() + "=" + each.getValue().asText())
        .collect(Collectors.joining(separator));
  }

  /** Formats a duration: {@code 340 ms}, {@code 4.2 s}, {@code 3m42s}, {@code 2h05m}. */
  public static String took(long millis) {
    Duration duration = Duration.ofMillis(millis);
    if (millis < 1000) {
      return millis + " ms";
    }
    if (millis < 60_000) {
      return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }
    return duration.toHours() == 0
        ? String.format(Locale.ROOT, "%dm%02ds", duration.toMinutes(), duration.toSecondsPart())
        : String.format(Locale.ROOT, "%dh%02dm", duration.toHours(), duration.toMinutesPart());
  }

  /** Joins the parts that are not blank. */
  public static String joined(String... parts) {
    return Stream.of(parts).filter(part -> !part.isBlank()).collect(Collectors.joining(", "));
  }
}
