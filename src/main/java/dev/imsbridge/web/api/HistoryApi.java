package dev.imsbridge.web.api;

import dev.imsbridge.history.EvidenceRecord;
import dev.imsbridge.history.HistoryDocument;
import dev.imsbridge.history.HistoryQuery;
import dev.imsbridge.history.JobHistory;
import dev.imsbridge.history.SearchHint;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.TreeHistory;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.web.http.Problems;
import dev.imsbridge.web.http.Query;
import dev.imsbridge.web.http.Routes;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * {@code /api/v1/jobs/{id}/history} and {@code /api/v1/jobs/{id}/evidence}: the published events of
 * a job, and the records that they are based on.
 *
 * <p>The state store knows where the events of its jobs are. If it no longer has the job, or the
 * job was requested again, the topics are searched. The response is 404 if the topics have no
 * events either. Thread-safe.
 */
final class HistoryApi {
  private static final Set<String> NAMES = Set.of("as_of", "audit", "evidence");

  private HistoryApi() {}

  static void mount(Router router, ApiContext context) {
    Routes.get(router, JobsApi.JOBS + "/:id/history").handler(context.about(HistoryApi::history));
    Routes.get(router, JobsApi.JOBS + "/:id/evidence/:partition/:offset")
        .handler(Query.none(context.about(HistoryApi::evidence)));
  }

  static void history(RoutingContext routing, ApiContext.Jobs jobs, String id, JobTree tree) {
    HistoryQuery question = question(id, Query.of(routing.request()));
    JobHistory history = jobs.services().history();
    Future<byte[]> known =
        tree == null
            ? Future.succeededFuture()
            : jobs.history()
                .run(
                    routing.response()::closed,
                    progress -> bytes(history.find(question.with(SearchHint.of(tree)), progress)));
    SearchHint root = tree == null ? null : SearchHint.ofRoot(tree.rootJobId());
    known
        .compose(
            text ->
                text != null
                    ? Future.succeededFuture(text)
                    : jobs.past()
                        .run(
                            routing.response()::closed,
                            progress -> bytes(history.find(question.with(root), progress))))
        .onSuccess(text -> history(routing, text))
        .onFailure(failure -> Failures.send(routing, failure));
  }

  /**
   * Parses a query.
   *
   * @throws BadRequestException if a parameter is unknown, repeated or invalid
   */
  static HistoryQuery question(String id, MultiMap query) {
    for (String name : query.names()) {
      if (!NAMES.contains(name) || query.getAll(name).size() > 1) {
        throw new BadRequestException(
            "parameters are as_of, audit and evidence, each at most once");
      }
    }
    HistoryQuery question = HistoryQuery.of(id);
    Instant asOf = Parameters.time("as_of", query);
    if (asOf != null) {
      question = question.asOf(asOf);
    }
    if (wanted("evidence", query)) {
      question = question.withEvidence();
    }
    return wanted("audit", query) ? question.withAudit() : question;
  }

  private static boolean wanted(String name, MultiMap query) {
    String value = query.get(name);
    if (value != null && !value.equals("true") && !value.equals("false")) {
      throw new BadRequestException(name + ": true or false");
    }
    return "true".equals(value);
  }

  // Runs on the worker, because a long history is a large document. Returns null if there is none.
  private static byte[] bytes(Optional<TreeHistory> found) {
    return found.map(HistoryDocument::utf8).orElse(null);
  }

  private static void history(RoutingContext routing, byte[] text) {
    if (text == null) {
      Problems.notFound(
          routing.response(), "no event of this job was published, or none up to as_of");
    } else {
      routing.response().putHeader("content-type", "application/json").end(Buffer.buffer(text));
    }
  }

  static void evidence(RoutingContext routing, ApiContext.Jobs jobs, String id, JobTree tree) {
    String partition = routing.pathParam("partition");
    String offset = routing.pathParam("offset");
    if (!partition.matches("\\d{1,5}") || !offset.matches("\\d{1,18}")) {
      Problems.badRequest(routing.response(), "partition and offset must be numbers");
      return;
    }
    Evidence position =
        new Evidence(
            jobs.services().topics().observations(),
            Integer.parseInt(partition),
            Long.parseLong(offset));
    String root = tree == null ? id : tree.rootJobId();
    jobs.history()
        .run(routing.response()::closed, progress -> read(jobs, root, position, progress))
        .compose(
            body ->
                body.retained() || tree != null
                    ? Future.succeededFuture(body)
                    : ofSubJob(routing, jobs, id, body))
        .onSuccess(body -> evidence(routing, body))
        .onFailure(failure -> Failures.send(routing, failure));
  }

  private static EvidenceRecord read(
      ApiContext.Jobs jobs,
      String root,
      Evidence position,
      Consumer<TopicReader.Progress> progress) {
    return jobs.services().evidence().read(root, List.of(position), progress).get(0);
  }

  /**
   * Finds the root of a sub-job that is no longer in the state store, and reads the body of that
   * tree.
   */
  private static Future<EvidenceRecord> ofSubJob(
      RoutingContext routing, ApiContext.Jobs jobs, String id, EvidenceRecord notOfRoot) {
    return jobs.past()
        .run(
            routing.response()::closed,
            progress ->
                jobs.services()
                    .history()
                    .root(id, progress)
                    .map(root -> read(jobs, root, notOfRoot.position(), progress))
                    .orElse(notOfRoot));
  }

  private static void evidence(RoutingContext routing, EvidenceRecord body) {
    if (!body.retained() || body.body() == null) {
      Problems.notFound(
          routing.response(),
          "no answer for this job is at this position; it may be past its retention");
    } else {
      routing
          .response()
          .putHeader("content-type", "application/json")
          .putHeader("content-disposition", "inline; filename=\"answer.json\"")
          .end(Buffer.buffer(body.body()));
    }
  }
}
