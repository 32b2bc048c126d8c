package dev.imsbridge.cli.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.imsbridge.cli.common.BridgeApi;
import dev.imsbridge.cli.common.ForecastText;
import dev.imsbridge.cli.common.TerminalLine;
import dev.imsbridge.terminal.Terminal;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;

/**
 * How far jobs are, as a running bridge states it over HTTP. Immutable.
 *
 * @param bridge empty if its address is unknown
 */
record JobProgress(Optional<BridgeApi> bridge, ForecastText text, InstantSource clock) {
  /** More jobs are only counted: each is one GET. */
  private static final int MOST = 10;

  /** For a line on standard error. */
  static JobProgress of(Terminal terminal, Optional<BridgeApi> bridge) {
    return new JobProgress(
        bridge, new ForecastText(TerminalLine.of(terminal).shown()), InstantSource.system());
  }

  /**
   * Returns the forecast of one job; of several, their number and the forecast of the one that is
   * expected to end last, if that of each is known. Empty if there is nothing to tell. Waits at
   * most 2 s for each forecast.
   */
  String of(Collection<String> jobIds) throws InterruptedException {
    if (jobIds.size() == 1) {
      return text.of(forecast(jobIds.iterator().next()), clock.instant());
    }
    String count = jobIds.isEmpty() ? "" : jobIds.size() + " jobs have not ended";
    JsonNode last = null;
    if (jobIds.size() <= MOST) {
      for (String jobId : jobIds) {
        JsonNode forecast = forecast(jobId);
        if (!forecast.path("expected_end_at").isTextual()) {
          return count;
        }
        last = last == null || end(last).compareTo(end(forecast)) < 0 ? forecast : last;
      }
    }
    return last == null ? count : count + ", the last " + text.of(last, clock.instant());
  }

  private JsonNode forecast(String jobId) throws InterruptedException {
    return (bridge.isEmpty() ? MissingNode.getInstance() : bridge.get().job(jobId))
        .path("forecast");
  }

  // ISO-8601 in UTC with milliseconds: the texts sort by time.
  private static String end(JsonNode forecast) {
    return forecast.path("expected_end_at").asText();
  }
}
