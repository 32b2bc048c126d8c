package dev.imsbridge.web.api;

import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.web.http.HttpAccess;
import dev.imsbridge.web.http.Problems;
import dev.imsbridge.web.http.Workers;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shared base of the API parts: the bridge's services, which become available after the server
 * has started, and the common responses. Thread-safe.
 */
public final class ApiContext {
  public static final String KAFKA_IS_AWAY = "Kafka does not answer at present";
  private static final Logger LOG = LoggerFactory.getLogger(ApiContext.class);
  private static final int WORKERS = 4;
  private static final int MOST_READS = 256;
  private static final int MOST_WAITS = 64;
  private static final int RETRY_SECONDS = 1;
  private static final int RETRY_SEARCH_SECONDS = 30;

  /**
   * The bridge's services for jobs.
   *
   * @param kafka workers for calls that wait for Kafka, so that these do not delay state queries
   * @param history searches for jobs in the state store
   * @param past searches that read topics from the beginning
   */
  public record Jobs(
      JobServices services, Trees trees, Workers kafka, PastSearch history, PastSearch past) {}

  private final Peers peers;
  private final Workers workers;
  private final Workers kafka;
  private final PastSearch history;
  private final PastSearch past;
  private volatile Jobs jobs;
  private volatile Supplier<InstanceStatus> status;

  public ApiContext(Vertx vertx, HttpAccess access) {
    peers = new Peers(vertx, access);
    workers = new Workers(vertx, "web-queries", WORKERS, MOST_READS);
    kafka = new Workers(vertx, "web-kafka", WORKERS, MOST_WAITS);
    history = PastSearch.ofKnown(vertx);
    past = PastSearch.ofForgotten(vertx);
  }

  public void start(JobServices services) {
    jobs = new Jobs(services, new Trees(services.trees(), peers, workers), kafka, history, past);
  }

  public void tell(Supplier<InstanceStatus> own) {
    status = own;
  }

  /**
   * Returns the status of this instance, determined on a worker. Fails with a {@link
   * RejectedExecutionException} until {@link #tell} was called.
   */
  Future<InstanceStatus> status() {
    Supplier<InstanceStatus> own = status;
    return own == null
        ? Future.failedFuture(new RejectedExecutionException())
        : workers.run(own::get);
  }

  Peers peers() {
    return peers;
  }

  /** Returns the services; null until the bridge has started. */
  public Jobs now() {
    return jobs;
  }

  /** Wraps a handler that needs the services. Responds with 503 until the bridge has started. */
  Handler<RoutingContext> jobs(BiConsumer<RoutingContext, Jobs> handler) {
    return routing -> {
      Jobs now = jobs;
      if (now == null) {
        unavailable(routing, "this instance knows no jobs: it starts, or runs no topology");
      } else {
        handler.accept(routing, now);
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
                  .onSuccess(
                      found -> {
                        if (found instanceof Trees.Unavailable unavailable) {
                          unavailable(routing, unavailable.why());
                        } else {
                          handler.handle(
                              routing, now, id, found instanceof Trees.Known it ? it.tree() : null);
                        }
                      })
                  .onFailure(failure -> failed(routing, failure));
            }));
  }

  /** Wraps a handler for the job in the path. Responds with 400 to an invalid job id. */
  static Handler<RoutingContext> id(Handler<RoutingContext> handler) {
    return routing -> {
      if (JobId.valid(routing.pathParam("id"))) {
        handler.handle(routing);
      } else {
        Problems.badRequest(routing.response(), "a job id is " + JobId.FORM);
      }
    };
  }

  void json(RoutingContext routing, int status, JsonObject body) {
    routing
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "application/json")
        .end(body.toBuffer());
  }

  void unavailable(RoutingContext routing, String why) {
    Problems.unavailable(routing.response(), why, RETRY_SECONDS);
  }

  /** Sends the response for a failure: 503 for a temporary one, otherwise 500. */
  public void failed(RoutingContext routing, Throwable failure) {
    if (failure instanceof HttpClosedException) {
      LOG.debug("a client went away", failure);
    } else if (failure instanceof PastSearch.GivenUpException) {
      Problems.unavailable(routing.response(), failure.getMessage(), RETRY_SEARCH_SECONDS);
    } else if (failure instanceof Workers.BusyException) {
      unavailable(routing, failure.getMessage());
    } else if (failure instanceof org.apache.kafka.common.KafkaException) {
      LOG.debug("Kafka did not do its part", failure);
      unavailable(routing, KAFKA_IS_AWAY);
    } else if (failure instanceof RejectedExecutionException) {
      unavailable(routing, "this instance starts or stops");
    } else {
      LOG.warn("a request could not be answered", failure);
      Problems.failed(routing.response());
    }
  }
}
