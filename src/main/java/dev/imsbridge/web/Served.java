package dev.imsbridge.web;

import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobTree;
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
 * What the parts of the API have in common: the bridge behind them, which is there only after the
 * server, and the way they answer. Thread-safe.
 */
final class Served {
  static final String KAFKA_IS_AWAY = "Kafka does not answer at present";
  private static final Logger LOG = LoggerFactory.getLogger(Served.class);
  private static final int WORKERS = 4;
  private static final int MOST_READS = 256;
  private static final int MOST_WAITS = 64;
  private static final int RETRY_SECONDS = 1;
  private static final int RETRY_SEARCH_SECONDS = 30;

  /**
   * The bridge, as far as it is about jobs.
   *
   * @param kafka for what waits for Kafka, so that it keeps nobody from reading the state
   * @param history for what reads of jobs that the state knows
   * @param past for what reads topics from their beginning
   */
  record Jobs(
      JobServices services, Trees trees, Workers kafka, PastSearch history, PastSearch past) {}

  private final Peers peers;
  private final Workers workers;
  private final Workers kafka;
  private final PastSearch history;
  private final PastSearch past;
  private volatile Jobs jobs;
  private volatile Supplier<InstanceStatus> status;

  Served(Vertx vertx, HttpAccess access) {
    peers = new Peers(vertx, access);
    workers = new Workers(vertx, "web-queries", WORKERS, MOST_READS);
    kafka = new Workers(vertx, "web-kafka", WORKERS, MOST_WAITS);
    history = PastSearch.ofKnown(vertx);
    past = PastSearch.ofForgotten(vertx);
  }

  void start(JobServices services) {
    jobs = new Jobs(services, new Trees(services.trees(), peers, workers), kafka, history, past);
  }

  void tell(Supplier<InstanceStatus> own) {
    status = own;
  }

  /** What this instance does; asked on a worker. Fails while nobody can say. */
  Future<InstanceStatus> status() {
    Supplier<InstanceStatus> own = status;
    return own == null
        ? Future.failedFuture(new RejectedExecutionException())
        : workers.run(own::get);
  }

  Peers peers() {
    return peers;
  }

  /** The bridge; null while there is none. */
  Jobs now() {
    return jobs;
  }

  /** A handler that needs the bridge, and answers 503 while there is none. */
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

  /** Handles a question about a job. */
  interface AboutJob {
    /**
     * @param id valid
     * @param tree that the job belongs to; null when it is certain that no instance knows it
     */
    void handle(RoutingContext routing, Jobs now, String id, JobTree tree);
  }

  /** A handler about the job that the path names; 503 while nobody can say whether it is known. */
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

  /** A handler that is reached only if the path names a valid job id. */
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

  /** Answers for what did not work: too much at once, or Kafka is away. */
  void failed(RoutingContext routing, Throwable failure) {
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
