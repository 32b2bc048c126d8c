package dev.imsbridge.ims;

import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Asks IMS about jobs. Keeps connections and credentials alive between calls; knows neither budget
 * nor schedule, and tries each call once.
 *
 * <p>Thread-safe. Never throws and never blocks: each call ends in exactly one {@link Outcome},
 * within the total timeout.
 */
public final class ImsClient implements AutoCloseable {

  /**
   * @param vertx whose event loops are used; not closed with this client
   * @param clock the time of signatures and of the expiry of credentials
   */
  public ImsClient(Vertx vertx, ClientSettings settings, InstantSource clock) {}

  /**
   * Asks about a job.
   *
   * @param then told the outcome, on an event loop: it must not block
   */
  public void get(Project project, String jobId, Consumer<Outcome> then) {
    throw new UnsupportedOperationException();
  }

  /** Drops all connections; calls under way end as transient faults. */
  @Override
  public void close() {}
}
