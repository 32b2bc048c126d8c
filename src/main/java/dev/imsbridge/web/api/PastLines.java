package dev.imsbridge.web.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.history.PastJobs;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The response to a search of the past, as JSON lines:
 *
 * <pre>{@code
 * {"progress": {"read", "of", "found"}}                     every 0.5 s
 * {"job": …}                                                once per job, the latest first
 * {"end": {"complete", "found", "left_out", "reached"}}     the last line
 * {"failed": a reason}                                      or this
 * }</pre>
 *
 * <p>The response begins with the first progress, so that an earlier failure has its own status.
 * {@link #progress} and {@link #gone} are called on a worker, the other methods on the event loop.
 */
final class PastLines {
  static final String TYPE = "application/x-ndjson";

  private static final Logger LOG = LoggerFactory.getLogger(PastLines.class);
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final RoutingContext routing;
  private final HttpServerResponse response;
  private final Context loop;
  private final long timeLimit;
  private boolean begun;
  // Used on the worker only.
  private long begin;
  private long shown;

  PastLines(RoutingContext routing, Duration timeLimit) {
    this.routing = routing;
    this.response = routing.response();
    this.loop = routing.vertx().getOrCreateContext();
    this.timeLimit = timeLimit.toNanos();
  }

  /** Sends the headers only. */
  void head() {
    response.putHeader("content-type", TYPE).end();
  }

  /** Returns whether the client has disconnected. */
  boolean gone() {
    return response.closed();
  }

  /** Sends the progress at most every 0.5 s. Returns whether the search may continue. */
  boolean progress(PastJobs.Progress progress) {
    long now = System.nanoTime();
    if (begin == 0) {
      begin = now;
    }
    if (shown == 0 || now - shown >= INTERVAL.toNanos()) {
      shown = now;
      loop.runOnContext(same -> show(progress));
    }
    return now - begin < timeLimit;
  }

  private void show(PastJobs.Progress progress) {
    if (!response.closed() && !response.writeQueueFull()) {
      ObjectNode line = object();
      line.putObject("progress")
          .put("read", progress.read().passed())
          .put("of", progress.read().all())
          .put("found", progress.found());
      begin();
      response.write(line + "\n");
    }
  }

  private void begin() {
    if (!begun) {
      begun = true;
      response
          .setChunked(true)
          .putHeader("content-type", TYPE)
          // Tells proxies not to buffer the lines.
          .putHeader("x-accel-buffering", "no");
    }
  }

  /** Sends the jobs after the progress that was already reported. */
  void end(PastJobs found) {
    loop.runOnContext(same -> finish(found));
  }

  private void finish(PastJobs found) {
    if (response.closed()) {
      return;
    }
    Buffer lines = Buffer.buffer();
    found.jobs().forEach(job -> line(lines, object().set("job", job.json())));
    ObjectNode end = ApiJson.object();
    end.putObject("end")
        .put("complete", found.reached() == null)
        .put("found", found.jobs().size())
        .put("left_out", found.leftOut())
        .putPOJO("reached", found.reached());
    line(lines, ApiJson.plain(end));
    begin();
    response.end(lines);
  }

  void fail(Throwable failure) {
    loop.runOnContext(same -> finish(failure));
  }

  private void finish(Throwable failure) {
    if (response.closed()) {
      LOG.debug("a client that searched the past has disconnected", failure);
    } else if (!begun) {
      Failures.send(routing, failure);
    } else {
      boolean kafka = failure instanceof KafkaException;
      if (!kafka) {
        LOG.warn("a search of the past failed", failure);
      }
      String why = kafka ? Failures.KAFKA_IS_AWAY : "the search failed; see the log of the bridge";
      response.end(object().put("failed", why) + "\n");
    }
  }

  private static void line(Buffer lines, Object json) {
    lines.appendString(json.toString()).appendString("\n");
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
