package dev.imsbridge.web.api;

import dev.imsbridge.history.PastQuery;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.web.http.Problems;
import dev.imsbridge.web.http.Query;
import dev.imsbridge.web.http.Routes;
import dev.imsbridge.web.http.Workers;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code /api/v1/history}: searches the transitions for jobs, including jobs that were removed from
 * the state. The response is a stream of JSON lines with the progress and then the jobs. The search
 * ends after a time limit with the jobs found so far, or when its client disconnects. Thread-safe.
 */
final class PastApi {
  static final String PATH = "/api/v1/history";

  private static final List<String> NAMES =
      List.of("label", "id", "outcome", "since", "until", "limit");
  private static final int MAX_LENGTH = 2 * JobRequest.MAX_LABEL_LENGTH + 1;
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 500;
  private static final int RETRY_SECONDS = 10;

  private final ApiContext context;
  private final Duration timeLimit;

  /** A parsed query. */
  record Question(PastQuery query, int limit) {}

  /**
   * @param timeLimit how long a search may take
   */
  PastApi(ApiContext context, Duration timeLimit) {
    this.context = context;
    this.timeLimit = timeLimit;
  }

  void mount(Router router) {
    Routes.get(router, PATH).handler(context.jobs(this::search));
  }

  private void search(RoutingContext routing, ApiContext.Jobs jobs) {
    Question question = question(Query.of(routing.request()));
    PastLines lines = new PastLines(routing, timeLimit);
    if (routing.request().method().equals(HttpMethod.HEAD)) {
      lines.head();
      return;
    }
    jobs.search()
        .run(
            lines::gone,
            progress ->
                jobs.services()
                    .history()
                    .search(
                        question.query(),
                        question.limit(),
                        soFar -> {
                          progress.accept(soFar.read());
                          return lines.progress(soFar);
                        }))
        .onSuccess(lines::end)
        .onFailure(
            failure -> {
              if (failure instanceof Workers.BusyException) {
                Problems.tooMany(
                    routing.response(),
                    "this instance runs the maximum number of searches; try again later",
                    RETRY_SECONDS);
              } else {
                lines.fail(failure);
              }
            });
  }

  /**
   * Parses a query.
   *
   * @throws BadRequestException if a parameter is unknown, repeated or invalid
   */
  static Question question(MultiMap query) {
    for (Map.Entry<String, String> each : query) {
      if (!NAMES.contains(each.getKey()) || query.getAll(each.getKey()).size() > 1) {
        throw new BadRequestException(
            "parameters are " + String.join(", ", NAMES) + ", each at most once");
      }
      if (each.getValue().isEmpty() || each.getValue().length() > MAX_LENGTH) {
        throw new BadRequestException(each.getKey() + ": 1 to " + MAX_LENGTH + " characters");
      }
    }
    PastQuery wanted =
        new PastQuery(
            Parameters.label(query),
            query.get("id"),
            Parameters.outcome(query),
            Parameters.time("since", query),
            Parameters.time("until", query));
    if (Stream.of("label", "id", "outcome", "since").noneMatch(query::contains)) {
      throw new BadRequestException("at least one of label, id, outcome and since is required");
    }
    if (wanted.since() != null
        && wanted.until() != null
        && !wanted.since().isBefore(wanted.until())) {
      throw new BadRequestException("since must be before until");
    }
    return new Question(wanted, Parameters.limit(query, DEFAULT_LIMIT, MAX_LIMIT));
  }
}
