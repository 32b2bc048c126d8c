package dev.imsbridge.cli;

import dev.imsbridge.web.Health;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second whether each part is ready, since some take a moment to say and whoever asks
 * over HTTP must not be kept. It has a thread of its own; answers are for any thread.
 *
 * <p>Not ready before the start and after the end. The process is alive as long as it answers: a
 * fault ends it.
 */
final class BridgeHealth implements Health {
  private static final Logger LOG = LoggerFactory.getLogger(BridgeHealth.class);
  private static final Map<String, Boolean> NOT_STARTED = Map.of("started", false);

  private final Map<String, BooleanSupplier> parts = new TreeMap<>();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile Map<String, Boolean> last = NOT_STARTED;

  /** Adds a part, before the start. */
  void part(String name, BooleanSupplier ready) {
    parts.put(name, ready);
  }

  /** Looks from now on, until what it gives is closed. */
  AutoCloseable start() {
    look();
    Thread thread = new Thread(this::run, "health");
    thread.setDaemon(true);
    thread.start();
    return this::stop;
  }

  private synchronized void stop() {
    stopped.countDown();
    last = NOT_STARTED;
  }

  private void run() {
    try {
      while (!stopped.await(1, TimeUnit.SECONDS)) {
        look();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void look() {
    Map<String, Boolean> now = new TreeMap<>();
    parts.forEach((name, ready) -> now.put(name, ready(name, ready)));
    if (stopped.getCount() > 0) {
      last = Map.copyOf(now);
    }
  }

  // Whatever keeps a part from saying how it is must not keep the others from being asked.
  private static boolean ready(String name, BooleanSupplier part) {
    try {
      return part.getAsBoolean();
    } catch (RuntimeException e) {
      LOG.warn("{} does not say how it is: {}", name, e.toString());
      return false;
    }
  }

  /** Whether all parts are ready now; if not, waits a while. */
  boolean readyOrWait(Duration pause) throws InterruptedException {
    look();
    boolean ready = !last.containsValue(false);
    if (!ready) {
      TimeUnit.MILLISECONDS.sleep(pause.toMillis());
    }
    return ready;
  }

  @Override
  public boolean live() {
    return true;
  }

  @Override
  public Map<String, Boolean> parts() {
    return last;
  }
}
