package dev.imsbridge.web.api;

import dev.imsbridge.job.JobTree;
import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.web.http.Problems;
import dev.imsbridge.web.http.Query;
import dev.imsbridge.web.http.Routes;
import dev.imsbridge.web.http.TimeLimits;
import dev.imsbridge.web.http.Workers;
import dev.imsbridge.web.stream.CompletionWaiters;
import dev.imsbridge.web.stream.EventMessage;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code /api/v1/jobs/{id}/completion}: the completion of a job, for which the response may wait.
 *
 * <p>The completion of a job that has ended is read from its topic. Otherwise the response waits
 * for the event stream. It polls only for a job that is unknown, because a request needs a moment
 * to be accepted, for a completion that is not committed yet, and while too many completions are
 * being read. Thread-safe.
 */
final class CompletionApi {
  private static final Pattern WAIT = Pattern.compile("(\\d{1,5})(ms|s|m)");
  private static final Duration MAX_WAIT = Duration.ofSeconds(60);

  /** After this time, an accepted request and a published completion are visible. */
  private static final Duration SETTLING = Duration.ofSeconds(5);

  /** A completion that is not on its topic this long after the end of its job was deleted. */
  private static final Duration PUBLISHED = Duration.ofMinutes(1);

  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long MAX_PAUSE_MILLIS = 500;
  private static final int RETRY_SECONDS = 2;

  private final ApiContext context;
  private final CompletionWaiters waiters;

  CompletionApi(ApiContext context, CompletionWaiters waiters) {
    this.context = context;
    this.waiters = waiters;
  }

  void mount(Router router) {
    Routes.get(router, JobsApi.JOBS + "/:id/completion")
        .handler(ApiContext.id(context.jobs(this::completion)));
  }

  private void completion(RoutingContext routing, ApiContext.Jobs jobs) {
    Duration wait = wait(Query.of(routing.request()));
    String id = routing.pathParam("id");
    // Register before the first lookup. Otherwise a completion in between is missed.
    Optional<CompletionWaiters.Waiter> waiter = waiters.add(id);
    if (waiter.isEmpty()) {
      Problems.unavailable(
          routing.response(), "too many clients wait for a completion", RETRY_SECONDS);
    } else {
      new Wait(routing, jobs, id).start(waiter.get(), wait);
    }
  }

  /**
   * Parses the query.
   *
   * @throws BadRequestException if a parameter is unknown, repeated or out of range
   */
  static Duration wait(MultiMap query) {
    if (query.isEmpty()) {
      return Duration.ZERO;
    }
    if (query.size() > 1 || query.getAll("wait").size() != 1) {
      throw new BadRequestException("the only parameter is wait, at most once");
    }
    Matcher form = WAIT.matcher(query.get("wait"));
    if (form.matches()) {
      long number = Long.parseLong(form.group(1));
      Duration wait =
          switch (form.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            default -> Duration.ofMinutes(number);
          };
      if (wait.compareTo(MAX_WAIT) <= 0) {
        return wait;
      }
    }
    throw new BadRequestException("wait: a duration from 0s to 60s, such as 30s");
  }

  /** One request. Used on its event loop only. */
  private static final class Wait {
    private final RoutingContext routing;
    private final HttpServerResponse response;
    private final ApiContext.Jobs jobs;
    private final String id;
    private final long begin = System.nanoTime();
    private long pause = FIRST_PAUSE_MILLIS;
    private boolean expired;
    private boolean answered;

    Wait(RoutingContext routing, ApiContext.Jobs jobs, String id) {
      this.routing = routing;
      this.response = routing.response();
      this.jobs = jobs;
      this.id = id;
    }

    void start(CompletionWaiters.Waiter waiter, Duration wait) {
      Context loop = routing.vertx().getOrCreateContext();
      TimeLimits.set(
          routing,
          wait,
          this::expire,
          () -> {
            answered = true;
            waiter.close();
          });
      waiter
          .message()
          .onSuccess(message -> loop.runOnContext(now -> answer(() -> message.send(response))))
          .onFailure(failure -> loop.runOnContext(now -> fail(failure)));
      expired = wait.isZero();
      lookUp();
    }

    private void expire() {
      expired = true;
      lookUp();
    }

    private void lookUp() {
      if (!answered) {
        jobs.trees().find(id).onSuccess(this::found).onFailure(this::fail);
      }
    }

    private void found(JobTrees.Found found) {
      if (found instanceof JobTrees.Unavailable unavailable) {
        answer(() -> Failures.unavailable(routing, unavailable.why()));
      } else if (found instanceof JobTrees.Known known) {
        known(known.tree());
      } else if (expired || settled()) {
        answer(
            () ->
                Problems.notFound(
                    response,
                    "the job is unknown: it was not requested, or it was removed after its retention"));
      } else {
        retryLater();
      }
    }

    private void known(JobTree tree) {
      if (tree.ended()) {
        read(tree)
            .onSuccess(
                message -> {
                  if (message != null) {
                    answer(() -> message.send(response));
                  } else {
                    missing(tree);
                  }
                })
            .onFailure(
                failure -> {
                  if (failure instanceof Workers.BusyException && !expired) {
                    retryLater();
                  } else {
                    fail(failure);
                  }
                });
      } else if (expired) {
        answer(this::notYet);
      }
    }

    private Future<EventMessage> read(JobTree tree) {
      return jobs.history()
          .run(
              response::closed,
              progress ->
                  jobs.services()
                      .history()
                      .completion(tree.rootJobId(), tree.endedAt(), progress)
                      .map(EventMessage::of)
                      .orElse(null));
    }

    // The store shows the end before the transaction that publishes it is committed.
    private void missing(JobTree tree) {
      if ((expired || settled()) && tree.endedAt().isBefore(Instant.now().minus(PUBLISHED))) {
        answer(
            () ->
                Problems.notFound(
                    response,
                    "the job ended at %s; its completion is no longer retained"
                        .formatted(tree.endedAt())));
      } else if (expired) {
        answer(this::notYet);
      } else {
        retryLater();
      }
    }

    private boolean settled() {
      return System.nanoTime() - begin > SETTLING.toNanos();
    }

    private void retryLater() {
      if (!answered) {
        routing.vertx().setTimer(pause, timer -> lookUp());
        pause = Math.min(MAX_PAUSE_MILLIS, 2 * pause);
      }
    }

    private void notYet() {
      response.setStatusCode(204).end();
    }

    private void fail(Throwable failure) {
      answer(() -> Failures.send(routing, failure));
    }

    private void answer(Runnable how) {
      if (!answered && !response.closed()) {
        answered = true;
        how.run();
      }
    }
  }
}
