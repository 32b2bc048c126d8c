package dev.imsbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.cli.common.BridgeApi;
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
 * @param ended up to 10 jobs, the latest end first
 * @param complete whether all jobs were examined for these two lists
 * @param jobsProblem why the jobs could not be read; null if they could
 */
record StatusReport(
    JsonNode status,
    List<JsonNode> faulty,
    List<JsonNode> ended,
    boolean complete,
    String jobsProblem) {
  private static final int PAGES = 10;
  private static final int MOST = 10;

  /**
   * Requests the status.
   *
   * @throws CommandFailure if no bridge answers
   */
  static StatusReport of(BridgeApi bridge) throws InterruptedException {
    JsonNode status = bridge.get("/api/v1/status");
    List<JsonNode> faulty = new ArrayList<>();
    List<JsonNode> ended = new ArrayList<>();
    boolean complete = true;
    String problem = null;
    String cursor = null;
    try {
      for (int i = 0; i < PAGES; i++) {
        JsonNode page = bridge.get("/api/v1/jobs?limit=500" + after(cursor));
        page.path("jobs").forEach(job -> (open(job) ? faulty : ended).add(job));
        faulty.removeIf(job -> job.path("fault").isNull());
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
        List.copyOf(ended),
        complete && cursor == null && problem == null,
        problem);
  }

  private static String after(String cursor) {
    return cursor == null ? "" : "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
  }

  private static boolean open(JsonNode job) {
    return job.path("outcome").isNull();
  }

  private static void newestFirst(List<JsonNode> jobs, String field) {
    jobs.sort(Comparator.comparing((JsonNode job) -> job.path(field).asText()).reversed());
    if (jobs.size() > MOST) {
      jobs.subList(MOST, jobs.size()).clear();
    }
  }

  String json() {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    all.set("status", status);
    all.set("faulty", array(faulty));
    all.set("ended", array(ended));
    all.put("complete", complete);
    return all.toString();
  }

  private static ArrayNode array(List<JsonNode> jobs) {
    return JsonNodeFactory.instance.arrayNode().addAll(jobs);
  }
}
