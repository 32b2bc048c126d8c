package dev.imsbridge.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.JobTree;
import dev.imsbridge.wire.Headers;
import dev.imsbridge.wire.Requests;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * {@code /api/v1/jobs}: lists and shows known jobs, and requests or cancels watching. Thread-safe.
 */
final class JobsApi {
  static final String JOBS = "/api/v1/jobs";
  private static final List<String> TRAVELLING =
      List.of(Headers.TRACEPARENT, Headers.TRACESTATE, Headers.CORRELATION_ID);

  private final Served served;
  private final PollSearch polls;

  JobsApi(Served served, PollSearch polls) {
    this.served = served;
    this.polls = polls;
  }

  void mount(Router router) {
    Routes.get(router, JOBS).handler(served.jobs(this::list));
    router.post(JOBS).handler(Query.none(Bodies.of(Requests.MAX_BYTES, this::submit)));
    Routes.get(router, JOBS + "/:id").handler(Query.none(served.about(this::show)));
    router.delete(JOBS + "/:id").handler(Query.none(Served.id(served.jobs(this::takeBack))));
  }

  private void list(RoutingContext routing, Served.Jobs jobs) {
    JobFilter filter;
    try {
      filter = JobFilter.of(Query.of(routing.request()));
    } catch (JobFilter.RefusedException e) {
      Problems.badRequest(routing.response(), e.getMessage());
      return;
    }
    jobs.trees()
        .page(filter, Trees.query(routing))
        .onSuccess(page -> list(routing, jobs, page))
        .onFailure(failure -> served.failed(routing, failure));
  }

  private void list(RoutingContext routing, Served.Jobs jobs, Trees.Page page) {
    if (page.partitions().isEmpty()) {
      served.unavailable(routing, "the jobs' state is moving between instances");
      return;
    }
    List<Integer> missing = jobs.trees().missing(page);
    served.json(
        routing,
        200,
        new JsonObject()
            .put("jobs", new JsonArray(List.copyOf(page.jobs().values())))
            .put("next_cursor", page.lookedTo())
            .put("partial", !missing.isEmpty())
            .put("missing_partitions", new JsonArray(missing)));
  }

  private void show(RoutingContext routing, Served.Jobs jobs, String id, JobTree tree) {
    if (tree == null) {
      Problems.notFound(
          routing.response(),
          "no job of this id is known: it was not asked for, or is forgotten; what is kept of it"
              + " is told by %s/%s/history".formatted(JOBS, id));
      return;
    }
    polls
        .of(jobs, tree.watches().keySet())
        .compose(times -> jobs.trees().work(() -> JobView.detail(id, tree, times::getJsonObject)))
        .onSuccess(job -> served.json(routing, 200, job))
        .onFailure(failure -> served.failed(routing, failure));
  }

  private void submit(RoutingContext routing, byte[] body) {
    served.jobs((same, jobs) -> submit(routing, jobs, body)).handle(routing);
  }

  private void submit(RoutingContext routing, Served.Jobs jobs, byte[] body) {
    RecordHeaders headers = travelling(routing.request());
    Requests.Read read = jobs.services().requests().read(null, body, headers);
    if (read instanceof Requests.Accepted accepted) {
      write(routing, jobs, accepted.request().jobId(), body, headers);
    } else if (read instanceof Requests.Refused refused) {
      Problems.badRequest(routing.response(), refused.reason());
    }
  }

  private static RecordHeaders travelling(HttpServerRequest request) {
    RecordHeaders headers = new RecordHeaders();
    for (String name : TRAVELLING) {
      String value = request.getHeader(name);
      if (value != null) {
        headers.add(name, value.getBytes(UTF_8));
      }
    }
    return headers;
  }

  private void takeBack(RoutingContext routing, Served.Jobs jobs) {
    write(routing, jobs, routing.pathParam("id"), null, travelling(routing.request()));
  }

  private void write(
      RoutingContext routing, Served.Jobs jobs, String id, byte[] value, RecordHeaders headers) {
    jobs.kafka()
        .run(() -> jobs.services().log().write(id, value, headers))
        .onSuccess(
            done -> {
              routing.response().putHeader("location", JOBS + "/" + id);
              served.json(
                  routing,
                  202,
                  new JsonObject()
                      .put("job_id", id)
                      .put("accepted_at", JobView.time(Instant.now())));
            })
        .onFailure(failure -> served.failed(routing, failure));
  }
}
