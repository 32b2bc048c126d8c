package dev.imsbridge.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.imsbridge.history.ObservedBody;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobNode;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.LostReason;
import dev.imsbridge.wire.Requests;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * {@code GET /v1/{project_id}/jobs/{job_id}}: IMS's own query, answered with the last body the
 * bridge has seen, so that a client's loop costs no quota. Errors have IMS's shape.
 *
 * <p>A job nobody asked the bridge for is put under watch, once for all who wait for it, and the
 * answer waits for the first observation. Thread-safe.
 */
final class ImsMirror {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int JOBS_WAITED_FOR = 1_000;
  private static final long LOOK_AGAIN_MILLIS = 250;
  private static final int RETRY_SECONDS = 5;
  private static final int MAX_DEPTH = 16;

  /** What is known of a job that is asked for. */
  private sealed interface Seen {}

  /** The answer. */
  private record Body(byte[] bytes) implements Seen {}

  /** There is none and there will be none. */
  private record Absent(String why) implements Seen {}

  /** It is watched, and not yet observed. */
  private record Awaited() implements Seen {}

  /** Nobody watches it. */
  private record Unwatched() implements Seen {}

  /** Nobody can say now. */
  private record Unsaid(String why) implements Seen {}

  private final Served served;
  private final Vertx vertx;
  private final long waitNanos;
  private final Map<String, Future<Seen>> waiting = new ConcurrentHashMap<>();

  /**
   * @param wait how long an answer may wait for the first observation
   */
  ImsMirror(Served served, Vertx vertx, Duration wait) {
    this.served = served;
    this.vertx = vertx;
    this.waitNanos = wait.toNanos();
  }

  void mount(Router router) {
    router.get("/v1/:project/jobs/:id").handler(served.jobs(this::answer));
  }

  private void answer(RoutingContext routing, Served.Jobs jobs) {
    String project = routing.pathParam("project");
    String id = routing.pathParam("id");
    if (!JobId.valid(project) || !JobId.valid(id)) {
      error(routing, 400, "the project's and the job's id are 1 to 64 of A-Z a-z 0-9 _ -");
      return;
    }
    look(jobs, project, id)
        .compose(seen -> settled(seen) ? Future.succeededFuture(seen) : wait(jobs, project, id))
        .onSuccess(seen -> answer(routing, seen))
        .onFailure(failure -> unanswered(routing, failure));
  }

  private static boolean settled(Seen seen) {
    return !(seen instanceof Awaited) && !(seen instanceof Unwatched);
  }

  private static void answer(RoutingContext routing, Seen seen) {
    if (seen instanceof Body body) {
      routing
          .response()
          .putHeader("content-type", "application/json")
          .end(Buffer.buffer(body.bytes()));
    } else if (seen instanceof Absent absent) {
      error(routing, 404, absent.why());
    } else {
      String why =
          seen instanceof Unsaid unsaid ? unsaid.why() : "the job is watched and not yet observed";
      later(routing, why);
    }
  }

  private static void unanswered(RoutingContext routing, Throwable failure) {
    later(
        routing,
        failure instanceof Trees.BusyException
            ? failure.getMessage()
            : "the bridge cannot answer at present");
  }

  private static void later(RoutingContext routing, String why) {
    routing.response().putHeader("retry-after", Integer.toString(RETRY_SECONDS));
    error(routing, 503, why);
  }

  private static void error(RoutingContext routing, int status, String message) {
    routing
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .end(
            new JsonObject()
                .put(
                    "error",
                    new JsonObject().put("message", message).put("code", "IMSBRIDGE." + status))
                .toBuffer());
  }

  // ---- looking

  private Future<Seen> look(Served.Jobs jobs, String project, String id) {
    return jobs.trees()
        .find(id)
        .compose(
            found -> {
              if (found instanceof Trees.Known known) {
                return look(jobs, known.tree(), project, id);
              }
              return Future.succeededFuture(
                  found instanceof Trees.Unavailable unavailable
                      ? new Unsaid(unavailable.why())
                      : new Unwatched());
            });
  }

  private static Future<Seen> look(Served.Jobs jobs, JobTree tree, String project, String id) {
    JobNode node = tree.nodes().get(id);
    if (!tree.request().project().projectId().equals(project)) {
      return Future.succeededFuture(new Absent("the job is not one of this project"));
    }
    if (node.evidence() == null) {
      return Future.succeededFuture(unobserved(tree, node));
    }
    return jobs.trees()
        .work(
            () ->
                body(
                    jobs.services()
                        .evidence()
                        .read(tree.rootJobId(), List.of(node.evidence()))
                        .get(0),
                    id));
  }

  private static Seen unobserved(JobTree tree, JobNode node) {
    if (!tree.ended()) {
      return new Awaited();
    }
    return node.givenUp() == LostReason.NOT_FOUND
        ? new Absent("IMS does not know the job")
        : new Unwatched();
  }

  /** What IMS would answer of this job: the body, or the part of it that tells of a sub-job. */
  private static Seen body(ObservedBody observed, String id) throws IOException {
    if (!observed.retained() || observed.body() == null) {
      return new Absent("what IMS said of the job is not kept any more");
    }
    JsonNode whole = JSON.readTree(observed.body());
    if (id.equals(whole.path("job_id").asText())) {
      return new Body(observed.body());
    }
    JsonNode part = part(whole, id, 0);
    return part == null
        ? new Unwatched()
        : new Body(part.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode part(JsonNode json, String id, int depth) {
    if (json.isObject() && id.equals(json.path("job_id").asText())) {
      return json;
    }
    if (depth < MAX_DEPTH) {
      for (JsonNode child : json) {
        JsonNode found = child.isContainerNode() ? part(child, id, depth + 1) : null;
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  // ---- waiting

  /** One request and one look after the other, for all who wait for this job. */
  private Future<Seen> wait(Served.Jobs jobs, String project, String id) {
    if (waiting.size() >= JOBS_WAITED_FOR) {
      return Future.succeededFuture(new Unsaid("too many jobs are waited for"));
    }
    Promise<Seen> promise = Promise.promise();
    Future<Seen> already = waiting.putIfAbsent(project + '/' + id, promise.future());
    if (already != null) {
      return already;
    }
    promise.future().onComplete(done -> waiting.remove(project + '/' + id));
    begin(jobs, project, id, promise);
    return promise.future();
  }

  private void begin(Served.Jobs jobs, String project, String id, Promise<Seen> promise) {
    look(jobs, project, id)
        .compose(
            seen ->
                seen instanceof Unwatched
                    ? request(jobs, project, id)
                    : Future.succeededFuture(seen))
        .onSuccess(seen -> goOn(jobs, project, id, promise, seen, System.nanoTime()))
        .onFailure(promise::tryFail);
  }

  private void goOn(
      Served.Jobs jobs, String project, String id, Promise<Seen> promise, Seen seen, long begin) {
    if (settled(seen) || System.nanoTime() - begin > waitNanos) {
      promise.tryComplete(seen);
      return;
    }
    vertx.setTimer(
        LOOK_AGAIN_MILLIS,
        timer ->
            look(jobs, project, id)
                .onSuccess(next -> goOn(jobs, project, id, promise, next, begin))
                .onFailure(promise::tryFail));
  }

  private static Future<Seen> request(Served.Jobs jobs, String project, String id) {
    byte[] request =
        new JsonObject().put("job_id", id).put("project_id", project).toBuffer().getBytes();
    Requests.Read read = jobs.services().requests().read(null, request, new RecordHeaders());
    if (read instanceof Requests.Refused refused) {
      return Future.succeededFuture(new Absent(refused.reason()));
    }
    return jobs.trees()
        .work(() -> jobs.services().log().write(id, request, new RecordHeaders()))
        .map(new Awaited());
  }
}
