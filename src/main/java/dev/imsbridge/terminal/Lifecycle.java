package dev.imsbridge.terminal;

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
 * The parts that a command has started. When the command ends by a signal, by a fault or because
 * its work is done, the parts are closed once, in reverse order of their start, within a time
 * limit.
 *
 * <p>After a signal the JVM exits with 128 plus the signal's number, unless a shutdown hook halts
 * it. {@link #onSignal} is the body of such a hook: it closes the parts and returns the code to
 * halt with. Thread-safe; one thread starts the parts.
 */
public final class Lifecycle implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);

  private static final Duration SHORT_TIMEOUT = Duration.ofSeconds(1);

  private volatile Duration closeTimeout;

  /** Held while a part starts, and while all parts are closed. */
  private final Object startLock = new Object();

  private final Deque<Part> parts = new ArrayDeque<>();
  private final CompletableFuture<CommandFailure> fault = new CompletableFuture<>();
  private final AtomicReference<Closing> closing = new AtomicReference<>();
  private volatile String currentPart = "";

  /** The thread that a fault interrupts; null for none. */
  private Thread starter;

  private record Part(String name, AutoCloseable closeable) {}

  /**
   * @param done whether all parts ended cleanly
   */
  private record Closing(CompletableFuture<Boolean> done, long deadlineNanos) {}

  /**
   * @param closeTimeout the time limit for closing all parts
   */
  public Lifecycle(Duration closeTimeout) {
    this.closeTimeout = closeTimeout;
  }

  /**
   * Starts a part.
   *
   * @throws CommandFailure if the command is already ending
   * @throws Exception if the part fails to start
   */
  public <T extends AutoCloseable> T start(String name, Callable<T> part) throws Exception {
    synchronized (startLock) {
      if (closing.get() != null) {
        throw CommandFailure.stopped();
      }
      currentPart = name;
      T started = part.call();
      parts.push(new Part(name, started));
      return started;
    }
  }

  /**
   * Ends the command with a fault. Only the first fault counts; faults during the close are
   * ignored. May be called on any thread.
   */
  public void fail(String line, Throwable cause) {
    if (closing.get() == null && fault.complete(CommandFailure.fault(line, cause))) {
      interruptStarter();
    }
  }

  private synchronized void interruptStarter() {
    if (starter != null) {
      starter.interrupt();
    }
  }

  /**
   * Like {@link #fail}, but limits the close to 1 s. For a fault after which parts cannot close
   * cleanly.
   */
  public void failAndCloseQuickly(String line) {
    if (closing.get() == null) {
      closeTimeout = SHORT_TIMEOUT;
    }
    fail(line, null);
  }

  /**
   * Runs code that starts parts and may block. A fault that another thread reports interrupts it.
   *
   * @throws CommandFailure the fault, if there was one and the code failed
   */
  public <T> T starting(Callable<T> start) throws Exception {
    setStarter(Thread.currentThread());
    try {
      return start.call();
    } catch (Exception e) {
      check();
      throw e;
    } finally {
      setStarter(null);
      if (fault.isDone()) {
        // Closing the parts must not be interrupted.
        var unused = Thread.interrupted();
      }
    }
  }

  private synchronized void setStarter(Thread thread) {
    starter = thread;
  }

  /** Waits for a fault and throws it. A signal ends the process without waking the caller. */
  public void awaitFault() throws InterruptedException {
    try {
      throw fault.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("this future is only completed normally", e);
    }
  }

  /** Throws the fault, if there is one. */
  public void check() {
    CommandFailure failure = fault.getNow(null);
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Closes all parts, or waits until another thread has closed them. Returns at the time limit even
   * if a part has not ended.
   */
  @Override
  public void close() {
    closeParts();
  }

  /**
   * Closes all parts.
   *
   * @return the code to halt with: 0 if there was no fault and all parts closed cleanly in time,
   *     otherwise 1
   */
  int onSignal() {
    boolean closed = closeParts();
    return closed && !fault.isDone() ? 0 : CommandFailure.FAULT;
  }

  private boolean closeParts() {
    Closing mine =
        new Closing(new CompletableFuture<>(), System.nanoTime() + closeTimeout.toNanos());
    if (closing.compareAndSet(null, mine)) {
      Thread closer = new Thread(() -> closeAll(mine.done()), "closing");
      closer.setDaemon(true);
      closer.start();
    }
    Closing all = closing.get();
    try {
      return all.done().get(all.deadlineNanos() - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      LOG.atLevel(closeTimeout.equals(SHORT_TIMEOUT) ? Level.DEBUG : Level.ERROR)
          .log("{} did not end within {} s", currentPart, closeTimeout.toSeconds());
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("this future is only completed normally", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void closeAll(CompletableFuture<Boolean> all) {
    boolean clean = true;
    synchronized (startLock) {
      for (Part part : parts) {
        currentPart = part.name();
        LOG.debug("closing {}", part.name());
        try {
          part.closeable().close();
        } catch (Exception e) {
          LOG.error("{} did not end cleanly: {}", part.name(), e.toString());
          clean = false;
        }
      }
    }
    all.complete(clean);
  }
}
