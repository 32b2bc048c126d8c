package dev.imsbridge.cli;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The parts a command has started, and their end: whatever ends the command, a signal, a fault or
 * its own work, the parts are closed in reverse order of their start, once, within a bounded time.
 *
 * <p>A signal makes the JVM exit with 128 and the signal's number whatever its hooks do, unless one
 * halts it. So {@link #onSignal} is the hook's whole task: close the parts, and say with which code
 * to halt. Thread-safe; parts are started by one thread.
 */
final class Lifecycle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  private static final Duration HASTE = Duration.ofSeconds(1);

  private volatile Duration patience;
  private final Object starting = new Object();
  private final Deque<Part> parts = new ArrayDeque<>();
  private final CompletableFuture<CommandFailure> fault = new CompletableFuture<>();
  private final AtomicReference<Closing> closing = new AtomicReference<>();
  private volatile String current = "";

  private record Part(String name, AutoCloseable closeable) {}

  private record Closing(CompletableFuture<Void> done, long deadlineNanos) {}

  /**
   * @param patience how long closing all parts may take
   */
  Lifecycle(Duration patience) {
    this.patience = patience;
  }

  /**
   * Starts a part, or throws what its start throws.
   *
   * @throws CommandFailure when the command is ending already
   */
  <T extends AutoCloseable> T start(String name, Callable<T> part) throws Exception {
    synchronized (starting) {
      if (closing.get() != null) {
        throw CommandFailure.stopped();
      }
      current = name;
      T started = part.call();
      parts.push(new Part(name, started));
      return started;
    }
  }

  /**
   * Ends the command with a fault; the first one counts, and none that comes of closing. May be
   * called on any thread.
   */
  void fail(String line, Throwable cause) {
    if (closing.get() == null) {
      fault.complete(CommandFailure.fault(line, cause));
    }
  }

  /** The same, for a fault that leaves the parts little to close in order: they get a second. */
  void failInHaste(String line) {
    if (closing.get() == null) {
      patience = HASTE;
    }
    fail(line, null);
  }

  /** Waits for a fault, and throws it; a signal ends the process without waking the caller. */
  void awaitFault() throws InterruptedException {
    try {
      throw fault.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("it is only ever completed normally", e);
    }
  }

  /** Throws the fault there is, if any. */
  void check() {
    CommandFailure failure = fault.getNow(null);
    if (failure != null) {
      throw failure;
    }
  }

  /** Closes all parts, or waits until another thread has; a part that does not end is left. */
  @Override
  public void close() {
    closeParts();
  }

  /**
   * Closes all parts.
   *
   * @return the code to halt with: 0 when all went well
   */
  int onSignal() {
    boolean closed = closeParts();
    return closed && !fault.isDone() ? 0 : CommandFailure.FAULT;
  }

  private boolean closeParts() {
    Closing mine = new Closing(new CompletableFuture<>(), System.nanoTime() + patience.toNanos());
    if (closing.compareAndSet(null, mine)) {
      Thread closer = new Thread(() -> closeAll(mine.done()), "closing");
      closer.setDaemon(true);
      closer.start();
    }
    Closing all = closing.get();
    try {
      all.done().get(all.deadlineNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      LOG.atLevel(patience.equals(HASTE) ? Level.DEBUG : Level.ERROR)
          .log("{} did not end within {} s", current, patience.toSeconds());
      return false;
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void closeAll(CompletableFuture<Void> all) {
    boolean clean = true;
    synchronized (starting) {
      for (Part part : parts) {
        current = part.name();
        LOG.debug("closing {}", part.name());
        try {
          part.closeable().close();
        } catch (Exception e) {
          LOG.error("{} did not end cleanly: {}", part.name(), e.toString());
          clean = false;
        }
      }
    }
    if (clean) {
      all.complete(null);
    } else {
      all.completeExceptionally(new IllegalStateException("a part did not end cleanly"));
    }
  }
}
