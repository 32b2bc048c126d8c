package dev.imsbridge.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A list of jobs as CSV (RFC 4180) with a header line. Lists are separated by blanks, and labels
 * are a JSON object.
 *
 * <p>A spreadsheet interprets a text as a formula if it begins with one of {@code = + - @}, a tab
 * or a line break. Such a text gets a leading apostrophe.
 */
final class JobCsv {
  static final String TYPE = "text/csv";
  private static final String FORMULA = "=+-@\t\r\n";
  private static final List<String> COLUMNS =
      List.of(
          "job_id",
          "job_type",
          "status",
          "outcome",
          "region",
          "project_id",
          "requested_at",
          "begin_time",
          "end_time",
          "changed_at",
          "ended_at",
          "image_ids",
          "labels",
          "error_code",
          "fail_reason");

  private JobCsv() {}

  /**
   * @param jobs jobs as {@link JobView#summary} returns them
   */
  static Buffer of(Collection<JsonNode> jobs) {
    StringBuilder text = new StringBuilder(String.join(",", COLUMNS)).append("\r\n");
    for (JsonNode each : jobs) {
      JsonNode job = ApiJson.plain(each);
      text.append(
              COLUMNS.stream()
                  .map(column -> field(text(job.path(column))))
                  .collect(Collectors.joining(",")))
          .append("\r\n");
    }
    return Buffer.buffer(text.toString().getBytes(UTF_8));
  }

  private static String text(JsonNode value) {
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(JsonNode::asText)
          .collect(Collectors.joining(" "));
    }
    return value.isObject() ? value.toString() : value.isNull() ? "" : value.asText();
  }

  static String field(String text) {
    String safe = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
    return safe.chars().anyMatch(each -> ",\"\r\n".indexOf(each) >= 0)
        ? '"' + safe.replace("\"", "\"\"") + '"'
        : safe;
  }
}
