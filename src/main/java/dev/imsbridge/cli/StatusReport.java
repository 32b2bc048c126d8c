package dev.imsbridge.cli;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imsbridge.cli.common.BridgeApi;
import dev.imsbridge.cli.common.ForecastText;
import dev.imsbridge.terminal.CommandFailure;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The status of a bridge and of its jobs at one moment. Immutable.
 *
 * @param status the status of its instances
 * @param faulty up to 10 open jobs whose GETs fail, the latest request first
 * @param open up to 10 open jobs: first those that run too long, then the next expected end first
 * @param ended up to 10 jobs, the latest end first
 * @param complete whether all jobs were examined for these lists
 * @param jobsProblem why the jobs could not be read; null if they could
 */
record StatusReport(
    JsonNode status,
    List<JsonNode> faulty,
    List<JsonNode> open,
    List<JsonNode> ended,
    boolean complete,
    @JsonIgnore String jobsProblem) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGES = 10;
  private static final int MOST = 10;

  // Jobs without an expected end last. The texts sort by time.
  private static final Comparator<JsonNode> EXPECTED =
      Comparator.comparing((JsonNode job) -> !ForecastText.overlong(job.path("forecast")))
          .thenComparing(
              job -> job.at("/forecast/expected_end_at").textValue(),
              Comparator.nullsLast(Comparator.naturalOrder()));

  /**
   * Requests the status.
   *
   * @throws CommandFailure if no bridge answers
   */
  static StatusReport of(BridgeApi bridge) throws InterruptedException {
    JsonNode status = bridge.get("/api/v1/status");
    List<JsonNode> faulty = new ArrayList<>();
    List<JsonNode> open = new ArrayList<>();
    List<JsonNode> ended = new ArrayList<>();
    boolean complete = true;
    String problem = null;
    String cursor = null;
    try {
      for (int i = 0; i < PAGES; i++) {
        JsonNode page = bridge.get("/api/v1/jobs?limit=500" + after(cursor));
        for (JsonNode job : page.path("jobs")) {
          if (!job.path("outcome").isNull()) {
            ended.add(job);
          } else {
            open.add(job);
            if (!job.path("fault").isNull()) {
              faulty.add(job);
            }
          }
        }
        first(open, EXPECTED);
        newestFirst(ended, "ended_at");
        newestFirst(faulty, "requested_at");
        complete &= !page.path("partial").asBoolean();
        cursor = page.path("next_cursor").textValue();
        if (cursor == null) {
          break;
        }
      }
    } catch (CommandFailure e) {
      problem = e.getMessage();
    }
    return new StatusReport(
        status,
        List.copyOf(faulty),
        List.copyOf(open),
        List.copyOf(ended),
        complete && cursor == null && problem == null,
        problem);
  }

  private static String after(String cursor) {
    return cursor == null ? "" : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
  }

  private static void newestFirst(List<JsonNode> jobs, String field) {
    first(jobs, Comparator.comparing((JsonNode job) -> job.path(field).asText()).reversed());
  }

  private static void first(List<JsonNode> jobs, Comparator<JsonNode> order) {
    jobs.sort(order);
    if (jobs.size() > MOST) {
      jobs.subList(MOST, jobs.size()).clear();
    }
  }

  String json() {
    return JSON.valueToTree(this).toString();
  }
}
