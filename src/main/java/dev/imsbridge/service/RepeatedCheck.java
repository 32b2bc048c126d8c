package dev.imsbridge.service;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Repeats a check on a dedicated daemon thread, with a pause after each check, until it is closed.
 * An exception of the check ends the thread. Thread-safe.
 */
final class RepeatedCheck implements AutoCloseable {
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** A check, which may block. */
  interface Check {
    void run() throws InterruptedException;
  }

  /**
   * Starts the thread.
   *
   * @param first the pause before the first check
   * @param every the pause before each further check
   */
  void start(String name, Duration first, Duration every, Check check) {
    Thread thread = new Thread(() -> run(first, every, check), name);
    thread.setDaemon(true);
    thread.start();
  }

  private void run(Duration first, Duration every, Check check) {
    try {
      Duration pause = first;
      while (!stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        check.run();
        pause = every;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether it is closed. A running check may ignore its result then. */
  boolean stopped() {
    return stopped.getCount() == 0;
  }

  /** Prevents further checks. Does not wait for a running check. */
  @Override
  public void close() {
    stopped.countDown();
  }
}
