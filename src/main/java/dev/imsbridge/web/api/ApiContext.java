package dev.imsbridge.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.web.http.HttpAccess;
import dev.imsbridge.web.http.Problems;
import dev.imsbridge.web.http.Workers;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The services of the bridge as routes use them. They become available after the server has
 * started. Thread-safe.
 */
public final class ApiContext {
  private static final int WORKERS = 4;
  private static final int MAX_READS = 256;
  private static final int MAX_WAITS = 64;

  /**
   * The bridge's services for jobs.
   *
   * @param kafka workers for calls that wait for Kafka, so that these do not delay state queries
   * @param history runs topic searches for jobs in the state store
   * @param past runs topic searches for other jobs, which read topics from the beginning
   * @param search runs topic searches that report their progress
   */
  public record Jobs(
      JobServices services,
      JobTrees trees,
      Workers kafka,
      TopicSearch history,
      TopicSearch past,
      TopicSearch search) {}

  private final Vertx vertx;
  private final Peers peers;
  private final Workers workers;
  private final Workers kafka;
  private volatile Jobs jobs;
  private volatile InstanceStatus status;
  private volatile ControlServices control;

  public ApiContext(Vertx vertx, HttpAccess access) {
    this.vertx = vertx;
    peers = new Peers(vertx, access);
    workers = new Workers(vertx, "web-queries", WORKERS, MAX_READS);
    kafka = new Workers(vertx, "web-kafka", WORKERS, MAX_WAITS);
  }

  public void start(JobServices services) {
    JobTrees trees = new JobTrees(services.trees(), peers, workers);
    jobs =
        new Jobs(
            services,
            trees,
            kafka,
            TopicSearch.ofKnown(vertx),
            TopicSearch.ofForgotten(vertx),
            TopicSearch.ofPast(vertx));
  }

  public void control(ControlServices services) {
    control = services;
  }

  public void status(InstanceStatus own) {
    status = own;
  }

  /**
   * Returns the status of this instance, determined on a worker. Fails with a {@link
   * RejectedExecutionException} until it was set.
   */
  Future<ObjectNode> status() {
    return own(workers, InstanceStatus::status);
  }

  /** Returns the partitions of this instance, like {@link #status()}. */
  Future<List<PartitionStatus>> partitions() {
    return own(kafka, InstanceStatus::partitions);
  }

  private <T> Future<T> own(Workers on, Function<InstanceStatus, T> part) {
    InstanceStatus own = status;
    return own == null
        ? Future.failedFuture(new RejectedExecutionException())
        : on.run(() -> part.apply(own));
  }

  /** Returns workers for calls that wait for Kafka. */
  Workers kafka() {
    return kafka;
  }

  Peers peers() {
    return peers;
  }

  /** Returns the services; null until the bridge has started. */
  public Jobs now() {
    return jobs;
  }

  /**
   * Wraps a handler that needs the services. Responds with 503 until the bridge has started, and
   * with 400 to a {@link BadRequestException} of the handler.
   */
  Handler<RoutingContext> jobs(BiConsumer<RoutingContext, Jobs> handler) {
    return with(
        () -> jobs,
        "this instance serves no jobs: it is starting, or it runs no topology",
        handler);
  }

  /** Like {@link #jobs}, for a handler that needs the services of operators. */
  Handler<RoutingContext> control(BiConsumer<RoutingContext, ControlServices> handler) {
    return with(() -> control, "this instance is starting", handler);
  }

  private static <T> Handler<RoutingContext> with(
      Supplier<T> services, String otherwise, BiConsumer<RoutingContext, T> handler) {
    return routing -> {
      T now = services.get();
      if (now == null) {
        Failures.unavailable(routing, otherwise);
      } else {
        try {
          handler.accept(routing, now);
        } catch (BadRequestException e) {
          Failures.send(routing, e);
        }
      }
    };
  }

  /** Handles a request about a job. */
  interface AboutJob {
    /**
     * @param id a valid job id
     * @param tree the tree to which the job belongs; null if it is certain that no instance has it
     */
    void handle(RoutingContext routing, Jobs now, String id, JobTree tree);
  }

  /** Wraps a handler for the job in the path. Responds with 503 if the lookup is inconclusive. */
  Handler<RoutingContext> about(AboutJob handler) {
    return id(
        jobs(
            (routing, now) -> {
              String id = routing.pathParam("id");
              now.trees()
                  .find(id)
                  .<Void>map(
                      found -> {
                        if (found instanceof JobTrees.Unavailable unavailable) {
                          Failures.unavailable(routing, unavailable.why());
                        } else {
                          handler.handle(
                              routing,
                              now,
                              id,
                              found instanceof JobTrees.Known it ? it.tree() : null);
                        }
                        return null;
                      })
                  .onFailure(failure -> Failures.send(routing, failure));
            }));
  }

  /** Wraps a handler that needs a valid job id in the path. Responds with 400 to an invalid one. */
  static Handler<RoutingContext> id(Handler<RoutingContext> handler) {
    return routing -> {
      if (JobId.valid(routing.pathParam("id"))) {
        handler.handle(routing);
      } else {
        Problems.badRequest(routing.response(), "a job id is " + JobId.FORM);
      }
    };
  }
}
