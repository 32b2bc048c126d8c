package dev.imsbridge.web.mirror;

import dev.imsbridge.web.api.Failures;
import dev.imsbridge.web.mirror.MirrorAnswer.Pending;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;

/**
 * Waits for the answer of IMS about one job, on behalf of all clients that request it.
 *
 * <p>It checks the state at intervals that grow from 50 ms to 1 s and requests the job at most
 * once. It ends with an answer, or when the last client leaves. Thread-safe.
 */
final class MirrorSearch {
  private static final long FIRST_PAUSE_MILLIS = 50;
  private static final long MAX_PAUSE_MILLIS = 1_000;

  private final Vertx vertx;
  private final Supplier<Future<MirrorAnswer>> look;
  private final Supplier<Future<Void>> ask;
  private final Promise<MirrorAnswer> answer = Promise.promise();
  private final Runnable atEnd;
  private final AtomicBoolean asked = new AtomicBoolean();
  private int waiting;
  private boolean ended;
  private volatile String why = "the job is still being looked up";

  /**
   * @param ask requests the job to be watched
   * @param atEnd called once, when no more clients can join
   */
  MirrorSearch(
      Vertx vertx,
      Supplier<Future<MirrorAnswer>> look,
      Supplier<Future<Void>> ask,
      Runnable atEnd) {
    this.vertx = vertx;
    this.look = look;
    this.ask = ask;
    this.atEnd = atEnd;
  }

  /**
   * Joins the search. A caller that joined must {@linkplain #leave leave} once.
   *
   * @return false if the search has ended
   */
  synchronized boolean join() {
    if (ended) {
      return false;
    }
    waiting++;
    if (waiting == 1) {
      vertx.runOnContext(now -> next(FIRST_PAUSE_MILLIS));
    }
    return true;
  }

  synchronized void leave() {
    waiting--;
    if (waiting == 0) {
      end();
    }
  }

  /** Returns a future with the answer. It fails if the job cannot be requested. */
  Future<MirrorAnswer> answer() {
    return answer.future();
  }

  /** Returns the reason why there is no answer yet. */
  String why() {
    return why;
  }

  private void next(long pause) {
    look.get()
        .onSuccess(found -> found(found, pause))
        .onFailure(
            failure -> {
              // Both causes are temporary: too many concurrent queries, or Kafka is unavailable.
              why =
                  failure instanceof KafkaException ? Failures.KAFKA_IS_AWAY : "the bridge is busy";
              retryAfter(pause);
            });
  }

  private void found(MirrorAnswer found, long pause) {
    if (!(found instanceof Pending pending)) {
      end();
      answer.tryComplete(found);
      return;
    }
    why = pending.why();
    if (pending.ask() && asked.compareAndSet(false, true)) {
      ask.get()
          .onSuccess(done -> retryAfter(pause))
          .onFailure(
              failure -> {
                end();
                answer.tryFail(failure);
              });
    } else {
      retryAfter(pause);
    }
  }

  private synchronized void retryAfter(long pause) {
    if (!ended) {
      vertx.setTimer(pause, timer -> next(Math.min(MAX_PAUSE_MILLIS, 2 * pause)));
    }
  }

  private synchronized void end() {
    if (!ended) {
      ended = true;
      atEnd.run();
    }
  }
}
