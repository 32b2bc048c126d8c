package dev.imsbridge.web.api;

import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.web.http.Problems;
import dev.imsbridge.web.http.Workers;
import io.vertx.core.http.HttpClosedException;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the responses to requests that failed. */
public final class Failures {
  public static final String KAFKA_IS_AWAY = "Kafka does not answer at present";
  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
  private static final int RETRY_SECONDS = 1;
  private static final int RETRY_SEARCH_SECONDS = 30;

  private Failures() {}

  /** Responds with 503: the same request may succeed in a second. */
  static void unavailable(RoutingContext routing, String why) {
    Problems.unavailable(routing.response(), why, RETRY_SECONDS);
  }

  /** Responds with 400 to an invalid request, 503 to a temporary failure, and otherwise 500. */
  public static void send(RoutingContext routing, Throwable failure) {
    if (failure instanceof BadRequestException) {
      Problems.badRequest(routing.response(), failure.getMessage());
    } else if (failure instanceof HttpClosedException) {
      LOG.debug("a client closed its connection", failure);
    } else if (failure instanceof TopicSearch.GivenUpException) {
      Problems.unavailable(routing.response(), failure.getMessage(), RETRY_SEARCH_SECONDS);
    } else if (failure instanceof Workers.BusyException) {
      unavailable(routing, failure.getMessage());
    } else if (failure instanceof KafkaException) {
      LOG.debug("a request failed because of Kafka", failure);
      unavailable(routing, KAFKA_IS_AWAY);
    } else if (failure instanceof RejectedExecutionException) {
      unavailable(routing, "this instance is starting or stopping");
    } else {
      LOG.warn("a request failed", failure);
      Problems.failed(routing.response());
    }
  }
}
