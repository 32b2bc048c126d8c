package dev.imsbridge.poller;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The tasks of other threads for the loop's thread: from the reader of watches, from the HTTP
 * client's event loops, and from the producer's callbacks. Any thread may add a task; adding never
 * blocks.
 */
final class LoopTasks {

  @FunctionalInterface
  interface Task {
    void run(PollEngine engine, long now);
  }

  // Shorter waits cost more than they save, because the token bucket keeps filling.
  private static final long MIN_WAIT = TimeUnit.MICROSECONDS.toNanos(200);
  private static final int MAX_TASKS_PER_RUN = 1_000;

  private final BlockingQueue<Task> queue = new LinkedBlockingQueue<>();

  void add(Task task) {
    queue.add(task);
  }

  /** Runs the available tasks. If there are none, waits for one, for at most the given time. */
  void run(PollEngine engine, long waitNanos) throws InterruptedException {
    Task task = queue.poll(Math.max(waitNanos, MIN_WAIT), TimeUnit.NANOSECONDS);
    for (int i = 0; task != null; i++) {
      task.run(engine, System.nanoTime());
      task = i < MAX_TASKS_PER_RUN ? queue.poll() : null;
    }
  }
}
