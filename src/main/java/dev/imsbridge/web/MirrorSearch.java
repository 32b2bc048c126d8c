package dev.imsbridge.web;

import dev.imsbridge.web.MirrorAnswer.Pending;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;

/**
 * The wait for what IMS says of one job, shared by all who ask for it: it looks now and then, and
 * the job is asked for once. It ends with an answer, or when nobody waits any more. Thread-safe.
 */
final class MirrorSearch {
  private static final long FIRST_MILLIS = 50;
  private static final long LONGEST_MILLIS = 1_000;

  private final Vertx vertx;
  private final Supplier<Future<MirrorAnswer>> look;
  private final Supplier<Future<Void>> ask;
  private final Promise<MirrorAnswer> answer = Promise.promise();
  private final Runnable atEnd;
  private int waiting;
  private boolean asked;
  private boolean ended;
  private volatile String why = "the bridge still looks what it knows of the job";

  /**
   * @param ask asks for the job to be watched
   * @param atEnd told once, when nobody can join any more
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

  /** Joins; false when it has ended. To be {@linkplain #leave left} again, once. */
  synchronized boolean join() {
    if (ended) {
      return false;
    }
    waiting++;
    if (waiting == 1) {
      vertx.runOnContext(now -> next(FIRST_MILLIS));
    }
    return true;
  }

  void leave() {
    synchronized (this) {
      waiting--;
      if (waiting > 0 || ended) {
        return;
      }
      ended = true;
    }
    atEnd.run();
  }

  /** What is found; fails when the job cannot be asked for. */
  Future<MirrorAnswer> answer() {
    return answer.future();
  }

  /** What is being waited for. */
  String why() {
    return why;
  }

  private void next(long pause) {
    look.get()
        .onSuccess(found -> found(found, pause))
        .onFailure(
            failure -> {
              // Too much is asked at once, or Kafka is away: both pass.
              why = failure instanceof KafkaException ? Served.KAFKA_IS_AWAY : "the bridge is busy";
              again(pause);
            });
  }

  private void found(MirrorAnswer found, long pause) {
    if (!(found instanceof Pending pending)) {
      end();
      answer.tryComplete(found);
      return;
    }
    why = pending.why();
    if (pending.ask() && firstToAsk()) {
      ask.get()
          .onSuccess(done -> again(pause))
          .onFailure(
              failure -> {
                end();
                answer.tryFail(failure);
              });
    } else {
      again(pause);
    }
  }

  private synchronized boolean firstToAsk() {
    boolean first = !asked;
    asked = true;
    return first;
  }

  private void again(long pause) {
    synchronized (this) {
      if (ended) {
        return;
      }
    }
    vertx.setTimer(pause, timer -> next(Math.min(LONGEST_MILLIS, 2 * pause)));
  }

  private void end() {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
    }
    atEnd.run();
  }
}
