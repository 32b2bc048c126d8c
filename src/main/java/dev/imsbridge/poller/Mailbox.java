package dev.imsbridge.poller;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The messages of other threads to the loop: from the reader of watches, from the HTTP client's
 * event loops, and from the producer's callbacks. Any thread may add, which never blocks. Only the
 * loop receives.
 */
public final class Mailbox {

  /** An action for the loop's thread. */
  @FunctionalInterface
  public interface Mail {
    void deliver(PollEngine engine, long now);
  }

  // Shorter waits cost more than they save, because the token bucket keeps filling.
  private static final long SHORTEST_NAP = TimeUnit.MICROSECONDS.toNanos(200);
  private static final int AT_A_TIME = 1_000;

  private final BlockingQueue<Mail> queue = new LinkedBlockingQueue<>();

  public void add(Mail mail) {
    queue.add(mail);
  }

  /** Delivers the available messages, or the first one that arrives within the given time. */
  public void deliver(PollEngine engine, long waitNanos) throws InterruptedException {
    Mail mail = queue.poll(Math.max(waitNanos, SHORTEST_NAP), TimeUnit.NANOSECONDS);
    for (int i = 0; mail != null; i++) {
      mail.deliver(engine, System.nanoTime());
      mail = i < AT_A_TIME ? queue.poll() : null;
    }
  }
}
