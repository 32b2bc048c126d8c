package dev.imsbridge.poller;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What other threads have to tell the loop: the reader of watches, the HTTP client's event loops,
 * the producer's callbacks. Any thread adds, which never blocks; the loop alone takes.
 */
final class Mailbox {

  /** Something to be done on the loop's thread. */
  @FunctionalInterface
  interface Mail {
    void deliver(PollEngine engine, long now);
  }

  // Short naps cost more than they save: a token bucket fills meanwhile.
  private static final long SHORTEST_NAP = TimeUnit.MICROSECONDS.toNanos(200);
  private static final int AT_A_TIME = 1_000;

  private final BlockingQueue<Mail> queue = new LinkedBlockingQueue<>();

  void add(Mail mail) {
    queue.add(mail);
  }

  /** Delivers what is there, or the first that comes within the time given. */
  void deliver(PollEngine engine, long waitNanos) throws InterruptedException {
    Mail mail = queue.poll(Math.max(waitNanos, SHORTEST_NAP), TimeUnit.NANOSECONDS);
    for (int i = 0; mail != null; i++) {
      mail.deliver(engine, System.nanoTime());
      mail = i < AT_A_TIME ? queue.poll() : null;
    }
  }
}
