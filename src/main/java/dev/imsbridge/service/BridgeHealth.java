package dev.imsbridge.service;

import dev.imsbridge.web.Health;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks once a second whether each part is ready, and serves the last result. HTTP callers must
 * not wait for the checks, because some of them block briefly. The periodic checks run on a
 * dedicated thread; results may be read from any thread.
 *
 * <p>Not ready before {@link #start}, and after the object that it returns is closed. Always live:
 * a fatal fault ends the process.
 */
public final class BridgeHealth implements Health {
  private static final Logger LOG = LoggerFactory.getLogger(BridgeHealth.class);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Map<String, Boolean> NOT_STARTED = Map.of("started", false);

  private final Map<String, BooleanSupplier> parts = new TreeMap<>();
  private final RepeatedCheck checks = new RepeatedCheck();
  private volatile Map<String, Boolean> last = NOT_STARTED;

  /** Adds a part. Must be called before {@link #start}. */
  void part(String name, BooleanSupplier ready) {
    parts.put(name, ready);
  }

  /** Starts the checks. They end when the returned object is closed. */
  AutoCloseable start() {
    check();
    checks.start("health", INTERVAL, INTERVAL, this::check);
    return this::stop;
  }

  private synchronized void stop() {
    checks.close();
    last = NOT_STARTED;
  }

  private synchronized void check() {
    Map<String, Boolean> now = new TreeMap<>();
    parts.forEach((name, ready) -> now.put(name, ready(name, ready)));
    if (!checks.stopped()) {
      now.forEach(
          (name, ready) -> {
            if (!ready.equals(last.get(name)) && (ready || last.containsKey(name))) {
              LOG.info("{} is {}", name, ready ? "ready" : "not ready");
            }
          });
      last = Map.copyOf(now);
    }
  }

  // A failing check must not prevent the checks of the other parts.
  private static boolean ready(String name, BooleanSupplier part) {
    try {
      return part.getAsBoolean();
    } catch (RuntimeException e) {
      LOG.warn("the readiness check of {} failed: {}", name, e.toString());
      return false;
    }
  }

  /** Checks now, on this thread, whether all parts are ready. If not, sleeps for the pause. */
  public boolean readyOrWait(Duration pause) throws InterruptedException {
    check();
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
