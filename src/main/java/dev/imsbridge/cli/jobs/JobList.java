package dev.imsbridge.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.cli.common.BridgeApi;
import dev.imsbridge.terminal.CommandFailure;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Reads the jobs that match a query, page by page, from the HTTP API of a bridge. */
final class JobList {
  private static final int PAGE = 500;

  private final BridgeApi bridge;
  private final String query;

  /**
   * How complete a list is.
   *
   * @param more whether further jobs may match
   * @param partial whether the state of some jobs could not be read
   */
  record End(boolean more, boolean partial) {}

  /**
   * @param filters query parameters of {@code GET /api/v1/jobs}
   */
  JobList(BridgeApi bridge, Map<String, String> filters) {
    this.bridge = bridge;
    this.query =
        filters.entrySet().stream()
            .map(each -> "&" + each.getKey() + "=" + encoded(each.getValue()))
            .collect(Collectors.joining());
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  /**
   * Passes on the jobs in the order of their ids.
   *
   * @param limit the maximum number of jobs
   * @throws CommandFailure if no bridge answers, or it rejects the query
   */
  End read(int limit, Consumer<JsonNode> to) throws InterruptedException {
    boolean partial = false;
    String cursor = null;
    int left = limit;
    do {
      JsonNode page =
          bridge.get(
              "/api/v1/jobs?limit="
                  + Math.min(left, PAGE)
                  + query
                  + (cursor == null ? "" : "&cursor=" + encoded(cursor)));
      JsonNode jobs = page.path("jobs");
      jobs.forEach(to);
      left -= jobs.size();
      partial |= page.path("partial").asBoolean();
      cursor = page.path("next_cursor").textValue();
    } while (cursor != null && left > 0);
    return new End(cursor != null, partial);
  }
}
