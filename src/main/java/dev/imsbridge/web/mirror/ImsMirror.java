package dev.imsbridge.web.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.JobId;
import dev.imsbridge.web.api.ApiContext;
import dev.imsbridge.web.http.Routes;
import dev.imsbridge.web.http.TimeLimits;
import dev.imsbridge.web.mirror.MirrorAnswer.Absent;
import dev.imsbridge.web.mirror.MirrorAnswer.Body;
import dev.imsbridge.wire.Requests;
import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /v1/{project_id}/jobs/{job_id}} and {@code GET /v1/cloudimages/job/{job_id}}: serves
 * the IMS job API from the bridge's own state, so that an IMS client causes no extra IMS calls.
 *
 * <p>If the job is not watched, the bridge requests it and the response waits up to a bounded time
 * for the first answer of IMS. Errors have the shape of IMS errors with codes of the bridge ({@code
 * IMSBRIDGE.status}). The number of waiting requests is limited; more are rejected with 503.
 * Thread-safe.
 */
public final class ImsMirror {
  private static final Logger LOG = LoggerFactory.getLogger(ImsMirror.class);
  private static final int MAX_WAITING = 512;
  private static final int RETRY_SECONDS = 2;

  private final ApiContext context;
  private final Duration waitLimit;
  private final MirrorLookup lookup;
  private final ConcurrentMap<Key, MirrorSearch> searches = new ConcurrentHashMap<>();
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * @param projectId null for the default project
   */
  private record Key(String projectId, String jobId) {}

  /**
   * @param waitLimit how long a response may wait for IMS
   */
  public ImsMirror(ApiContext context, Duration waitLimit, InstantSource clock) {
    this.context = context;
    this.waitLimit = waitLimit;
    this.lookup = new MirrorLookup(clock);
  }

  public void mount(Router router) {
    Routes.get(router, "/v1/:project_id/jobs/:job_id")
        .handler(
            routing -> show(routing, routing.pathParam("project_id"), routing.pathParam("job_id")));
    // At IMS, the project comes from the credentials of the client, which the bridge cannot read.
    Routes.get(router, "/v1/cloudimages/job/:job_id")
        .handler(routing -> show(routing, null, routing.pathParam("job_id")));
  }

  /**
   * @param projectId null for the default project
   */
  private void show(RoutingContext routing, String projectId, String jobId) {
    HttpServerResponse response = routing.response();
    ApiContext.Jobs jobs = context.now();
    if (!JobId.valid(jobId) || (projectId != null && !JobId.valid(projectId))) {
      error(response, 400, "The id of a project or a job is " + JobId.FORM + ".");
    } else if (jobs == null) {
      unavailable(response, "this instance serves no jobs: it is starting, or it runs no topology");
    } else {
      show(routing, jobs, new Key(projectId, jobId));
    }
  }

  private void show(RoutingContext routing, ApiContext.Jobs jobs, Key asked) {
    Requests.Read read = request(jobs, asked);
    if (read instanceof Requests.Refused refused) {
      error(routing.response(), 404, refused.reason());
    } else if (waiting.incrementAndGet() > MAX_WAITING) {
      waiting.decrementAndGet();
      unavailable(routing.response(), "too many requests are waiting for IMS");
    } else if (read instanceof Requests.Accepted accepted) {
      search(routing, jobs, new Key(accepted.request().project().projectId(), asked.jobId()));
    }
  }

  private static byte[] body(Key key) {
    return new JsonObject()
        .put("job_id", key.jobId())
        .put("project_id", key.projectId())
        .encode()
        .getBytes(UTF_8);
  }

  private static Requests.Read request(ApiContext.Jobs jobs, Key key) {
    return jobs.services().requests().read(null, body(key), new RecordHeaders());
  }

  private void search(RoutingContext routing, ApiContext.Jobs jobs, Key key) {
    MirrorSearch search = join(routing, jobs, key);
    HttpServerResponse response = routing.response();
    TimeLimits.set(
        routing,
        waitLimit,
        () -> {
          if (!response.ended() && !response.closed()) {
            unavailable(response, search.why());
          }
        },
        () -> {
          waiting.decrementAndGet();
          search.leave();
        });
    Context context = routing.vertx().getOrCreateContext();
    search.answer().onComplete(answer -> context.runOnContext(now -> answered(response, answer)));
  }

  private static void answered(HttpServerResponse response, AsyncResult<MirrorAnswer> answer) {
    if (response.ended() || response.closed()) {
      return;
    }
    if (answer.succeeded()) {
      send(response, answer.result());
    } else {
      LOG.debug("cannot request a job", answer.cause());
      unavailable(response, "the job could not be requested: Kafka does not answer");
    }
  }

  private MirrorSearch join(RoutingContext routing, ApiContext.Jobs jobs, Key key) {
    while (true) {
      MirrorSearch search =
          searches.computeIfAbsent(
              key,
              same ->
                  new MirrorSearch(
                      routing.vertx(),
                      () -> lookup.look(jobs, key.projectId(), key.jobId()),
                      () -> requestJob(jobs, key),
                      () -> searches.remove(key)));
      if (search.join()) {
        return search;
      }
      searches.remove(key, search);
    }
  }

  private static Future<Void> requestJob(ApiContext.Jobs jobs, Key key) {
    return jobs.kafka()
        .run(() -> jobs.services().writer().write(key.jobId(), body(key), new RecordHeaders()));
  }

  private static void send(HttpServerResponse response, MirrorAnswer answer) {
    if (answer instanceof Body body) {
      response.putHeader("content-type", "application/json").end(Buffer.buffer(body.bytes()));
    } else if (answer instanceof Absent absent) {
      error(response, 404, absent.why());
    }
  }

  private static void unavailable(HttpServerResponse response, String why) {
    response.putHeader("retry-after", Integer.toString(RETRY_SECONDS));
    error(response, 503, why);
  }

  private static void error(HttpServerResponse response, int status, String message) {
    response
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .end(
            new JsonObject()
                .put(
                    "error",
                    new JsonObject().put("code", "IMSBRIDGE." + status).put("message", message))
                .toBuffer());
  }
}
