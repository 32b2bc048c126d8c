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
 * Formats the progress of jobs, which a running bridge provides over HTTP. Immutable.
 *
 * @param bridge empty if its address is unknown
 */
record JobProgress(Optional<BridgeApi> bridge, ForecastText text, InstantSource clock) {
  /** With more jobs, only their number is shown, because each forecast is one GET. */
  private static final int MOST = 10;

  /** For a line on standard error. */
  static JobProgress of(Terminal terminal, Optional<BridgeApi> bridge) {
    return new JobProgress(
        bridge, new ForecastText(TerminalLine.of(terminal).shown()), InstantSource.system());
  }

  /**
   * Returns the forecast of one job. For several jobs, returns their number and, if the forecast of
   * each is known, the forecast of the job that is expected to end last. Empty if nothing is known.
   * Waits at most 2 s for each forecast.
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
