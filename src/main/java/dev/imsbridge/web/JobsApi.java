package dev.imsbridge.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.Hint;
import dev.imsbridge.history.HistoryDocument;
import dev.imsbridge.history.HistoryQuestion;
import dev.imsbridge.history.ObservedBody;
import dev.imsbridge.history.TreeHistory;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.wire.Headers;
import dev.imsbridge.wire.Requests;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** {@code /api/v1/jobs}: what is known of jobs, and asking for more of them. Thread-safe. */
final class JobsApi {
  private static final String JOBS = "/api/v1/jobs";
  private static final List<String> TRAVELLING =
      List.of(Headers.TRACEPARENT, Headers.TRACESTATE, Headers.CORRELATION_ID);

  private final Served served;
  private final PollSearch polls;

  JobsApi(Served served, PollSearch polls) {
    this.served = served;
    this.polls = polls;
  }

  void mount(Router router) {
    router.get(JOBS).handler(served.jobs(this::list));
    router
        .post(JOBS)
        .handler(BodyHandler.create(false).setBodyLimit(Requests.MAX_BYTES))
        .handler(served.jobs(this::submit));
    router.get(JOBS + "/:id").handler(about(this::show));
    router.delete(JOBS + "/:id").handler(served.jobs(this::takeBack));
    router.get(JOBS + "/:id/history").handler(about(this::history));
    router.get(JOBS + "/:id/evidence/:partition/:offset").handler(about(this::evidence));
  }

  private void list(RoutingContext routing, Served.Jobs jobs) {
    JobFilter filter;
    try {
      filter = JobFilter.of(routing.queryParams());
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

  private interface AboutTree {
    void handle(RoutingContext routing, Served.Jobs jobs, String id, JobTree tree);
  }

  /** A handler about a job that somebody knows. */
  private io.vertx.core.Handler<RoutingContext> about(AboutTree handler) {
    BiConsumer<RoutingContext, Served.Jobs> find =
        (routing, jobs) -> {
          String id = routing.pathParam("id");
          if (!JobId.valid(id)) {
            Problems.badRequest(routing.response(), "a job id is 1 to 64 of A-Z a-z 0-9 _ -");
            return;
          }
          jobs.trees()
              .find(id)
              .onSuccess(found -> found(routing, jobs, id, found, handler))
              .onFailure(failure -> served.failed(routing, failure));
        };
    return served.jobs(find);
  }

  private void found(
      RoutingContext routing, Served.Jobs jobs, String id, Trees.Found found, AboutTree handler) {
    if (found instanceof Trees.Known known) {
      handler.handle(routing, jobs, id, known.tree());
    } else if (found instanceof Trees.Unavailable unavailable) {
      served.unavailable(routing, unavailable.why());
    } else {
      Problems.notFound(
          routing.response(), "no job of this id is known: it was not asked for, or is forgotten");
    }
  }

  private void show(RoutingContext routing, Served.Jobs jobs, String id, JobTree tree) {
    polls
        .of(jobs, tree.watches().keySet())
        .compose(times -> jobs.trees().work(() -> JobView.detail(id, tree, times::getJsonObject)))
        .onSuccess(job -> served.json(routing, 200, job))
        .onFailure(failure -> served.failed(routing, failure));
  }

  private void history(RoutingContext routing, Served.Jobs jobs, String id, JobTree tree) {
    HistoryQuestion question = HistoryQuestion.of(id).with(Hint.of(tree));
    String asOf = routing.request().getParam("as_of");
    try {
      question = asOf == null ? question : question.asOf(Instant.parse(asOf));
    } catch (DateTimeException e) {
      Problems.badRequest(routing.response(), "as_of: a time such as 2024-11-06T07:39:45Z");
      return;
    }
    if ("true".equals(routing.request().getParam("evidence"))) {
      question = question.withEvidence();
    }
    HistoryQuestion asked =
        "true".equals(routing.request().getParam("audit")) ? question.withAudit() : question;
    jobs.kafka()
        .run(() -> jobs.services().history().find(asked).map(JobsApi::bytes).orElse(null))
        .onSuccess(text -> history(routing, text))
        .onFailure(failure -> served.failed(routing, failure));
  }

  // On the worker: a long history is a long text.
  private static byte[] bytes(TreeHistory history) {
    return HistoryDocument.of(history).toString().getBytes(UTF_8);
  }

  private static void history(RoutingContext routing, byte[] text) {
    if (text == null) {
      Problems.notFound(routing.response(), "nothing was published of this job until then");
    } else {
      routing.response().putHeader("content-type", "application/json").end(Buffer.buffer(text));
    }
  }

  private void evidence(RoutingContext routing, Served.Jobs jobs, String id, JobTree tree) {
    String partition = routing.pathParam("partition");
    String offset = routing.pathParam("offset");
    if (!partition.matches("\\d{1,5}") || !offset.matches("\\d{1,18}")) {
      Problems.badRequest(routing.response(), "partition and offset are numbers");
      return;
    }
    Evidence position =
        new Evidence(
            jobs.services().topics().observations(),
            Integer.parseInt(partition),
            Long.parseLong(offset));
    jobs.kafka()
        .run(() -> jobs.services().evidence().read(tree.rootJobId(), List.of(position)).get(0))
        .onSuccess(body -> evidence(routing, body))
        .onFailure(failure -> served.failed(routing, failure));
  }

  private static void evidence(RoutingContext routing, ObservedBody body) {
    if (!body.retained() || body.body() == null) {
      Problems.notFound(
          routing.response(), "no body of this job stands there, or it is not kept any more");
    } else {
      routing
          .response()
          .putHeader("content-type", "application/json")
          .putHeader("content-disposition", "inline; filename=\"answer.json\"")
          .end(Buffer.buffer(body.body()));
    }
  }

  private void submit(RoutingContext routing, Served.Jobs jobs) {
    byte[] body =
        routing.body().buffer() == null ? new byte[0] : routing.body().buffer().getBytes();
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
    String id = routing.pathParam("id");
    if (JobId.valid(id)) {
      write(routing, jobs, id, null, travelling(routing.request()));
    } else {
      Problems.badRequest(routing.response(), "a job id is 1 to 64 of A-Z a-z 0-9 _ -");
    }
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
