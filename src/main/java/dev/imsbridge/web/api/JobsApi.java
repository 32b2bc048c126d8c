package dev.imsbridge.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.JobTree;
import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.web.http.Bodies;
import dev.imsbridge.web.http.Problems;
import dev.imsbridge.web.http.Query;
import dev.imsbridge.web.http.Routes;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.Requests;
import io.netty.handler.codec.http.QueryStringEncoder;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * {@code /api/v1/jobs}: lists and shows known jobs, and requests or cancels watching. Thread-safe.
 */
final class JobsApi {
  static final String JOBS = "/api/v1/jobs";
  private static final List<String> TRACE_HEADERS =
      List.of(HeaderNames.TRACEPARENT, HeaderNames.TRACESTATE, HeaderNames.CORRELATION_ID);

  private final ApiContext context;
  private final PollLookup polls;

  JobsApi(ApiContext context, PollLookup polls) {
    this.context = context;
    this.polls = polls;
  }

  void mount(Router router) {
    Routes.get(router, JOBS).handler(context.jobs(this::list));
    router.post(JOBS).handler(Query.none(Bodies.of(Requests.MAX_BYTES, this::submit)));
    Routes.get(router, JOBS + "/:id").handler(Query.none(context.about(this::show)));
    router.delete(JOBS + "/:id").handler(Query.none(ApiContext.id(context.jobs(this::cancel))));
  }

  private void list(RoutingContext routing, ApiContext.Jobs jobs) {
    MultiMap query = Query.of(routing.request());
    JobFilter filter = JobFilter.of(query);
    boolean csv = csv(routing.request(), query.get("format"));
    Map<String, String> forwarded = new TreeMap<>();
    query.forEach(each -> forwarded.put(each.getKey(), each.getValue()));
    forwarded.remove("format");
    jobs.trees()
        .page(filter, forwarded)
        .compose(page -> polls.forecast(jobs, page))
        .onSuccess(page -> list(routing, jobs, page, csv))
        .onFailure(failure -> Failures.send(routing, failure));
  }

  private static boolean csv(HttpServerRequest request, String format) {
    if (format == null) {
      String accept = request.getHeader("accept");
      return accept != null && accept.toLowerCase(Locale.ROOT).contains(JobCsv.TYPE);
    }
    return switch (format) {
      case "csv" -> true;
      case "json" -> false;
      default -> throw new BadRequestException("format: csv or json");
    };
  }

  private void list(RoutingContext routing, ApiContext.Jobs jobs, JobTrees.Page page, boolean csv) {
    if (page.partitions().isEmpty()) {
      Failures.unavailable(routing, "the state of all jobs is moving between instances");
      return;
    }
    List<Integer> missing = jobs.trees().missing(page);
    if (csv) {
      csv(routing, page, missing);
      return;
    }
    ApiJson.send(
        routing,
        200,
        ApiJson.object()
            .putPOJO("jobs", page.jobs().values())
            .put("next_cursor", page.lookedTo())
            .put("partial", !missing.isEmpty())
            .putPOJO("missing_partitions", missing));
  }

  // CSV cannot state that partitions are missing, so an incomplete list is rejected.
  private static void csv(RoutingContext routing, JobTrees.Page page, List<Integer> missing) {
    if (!missing.isEmpty()) {
      Failures.unavailable(routing, "the state of some jobs is moving between instances");
      return;
    }
    HttpServerResponse response = routing.response();
    if (page.lookedTo() != null) {
      QueryStringEncoder next = new QueryStringEncoder(JOBS);
      for (Map.Entry<String, String> each : Query.of(routing.request())) {
        if (!each.getKey().equals("cursor")) {
          next.addParam(each.getKey(), each.getValue());
        }
      }
      next.addParam("cursor", page.lookedTo());
      response.putHeader("link", "<" + next + ">; rel=\"next\"");
    }
    response
        .putHeader("content-type", JobCsv.TYPE + "; charset=utf-8; header=present")
        .putHeader("content-disposition", "attachment; filename=\"jobs.csv\"")
        .end(JobCsv.of(page.jobs().values()));
  }

  private void show(RoutingContext routing, ApiContext.Jobs jobs, String id, JobTree tree) {
    if (tree == null) {
      Problems.notFound(
          routing.response(),
          "the job is unknown: it was not requested, or it was removed after its retention; for retained"
              + " events see %s/%s/history".formatted(JOBS, id));
      return;
    }
    ApiJson.send(
        routing,
        polls
            .of(jobs, tree.watches().keySet())
            .compose(times -> jobs.trees().work(() -> JobView.detail(id, tree, times))));
  }

  private void submit(RoutingContext routing, byte[] body) {
    context.jobs((same, jobs) -> submit(routing, jobs, body)).handle(routing);
  }

  private void submit(RoutingContext routing, ApiContext.Jobs jobs, byte[] body) {
    RecordHeaders headers = traceHeaders(routing.request());
    Requests.Read read = jobs.services().requests().read(null, body, headers);
    if (read instanceof Requests.Accepted accepted) {
      write(routing, jobs, accepted.request().jobId(), body, headers);
    } else if (read instanceof Requests.Refused refused) {
      Problems.badRequest(routing.response(), refused.reason());
    }
  }

  private static RecordHeaders traceHeaders(HttpServerRequest request) {
    RecordHeaders headers = new RecordHeaders();
    for (String name : TRACE_HEADERS) {
      String value = request.getHeader(name);
      if (value != null) {
        headers.add(name, value.getBytes(UTF_8));
      }
    }
    return headers;
  }

  private void cancel(RoutingContext routing, ApiContext.Jobs jobs) {
    write(routing, jobs, routing.pathParam("id"), null, traceHeaders(routing.request()));
  }

  private void write(
      RoutingContext routing,
      ApiContext.Jobs jobs,
      String id,
      byte[] value,
      RecordHeaders headers) {
    jobs.kafka()
        .run(() -> jobs.services().writer().write(id, value, headers))
        .onSuccess(
            done -> {
              routing.response().putHeader("location", JOBS + "/" + id);
              ApiJson.send(
                  routing,
                  202,
                  ApiJson.object().put("job_id", id).putPOJO("accepted_at", Instant.now()));
            })
        .onFailure(failure -> Failures.send(routing, failure));
  }
}
