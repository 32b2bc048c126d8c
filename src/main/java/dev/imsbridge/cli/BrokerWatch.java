package dev.imsbridge.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;

/**
 * Notices when the brokers are gone for good: Kafka's clients retry for ever and say nothing.
 * Thread-safe; it has a thread of its own.
 */
final class BrokerWatch implements AutoCloseable {
  private static final int EVERY_SECONDS = 5;

  private final Admin admin;
  private final KafkaAccess kafka;
  private final Duration patience;
  private final BiConsumer<String, Throwable> onGone;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean reachable = true;
  private long lastSeenNanos = System.nanoTime();

  private BrokerWatch(
      Admin admin, KafkaAccess kafka, Duration patience, BiConsumer<String, Throwable> onGone) {
    this.admin = admin;
    this.kafka = kafka;
    this.patience = patience;
    this.onGone = onGone;
  }

  /**
   * Begins.
   *
   * @param onGone told in one line when no broker has answered for {@code kafka.patience}
   */
  static BrokerWatch start(
      KafkaAccess kafka, BridgeConfig config, BiConsumer<String, Throwable> onGone) {
    BrokerWatch watch =
        new BrokerWatch(kafka.admin(), kafka, config.duration(Keys.BROKER_PATIENCE), onGone);
    Thread thread = new Thread(watch::run, "broker-watch");
    thread.setDaemon(true);
    thread.start();
    return watch;
  }

  /** Whether a broker answered lately. */
  boolean reachable() {
    return reachable;
  }

  private void run() {
    try {
      do {
        look();
      } while (!stopped.await(EVERY_SECONDS, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() throws InterruptedException {
    try {
      admin.describeCluster().nodes().get(EVERY_SECONDS, TimeUnit.SECONDS);
      reachable = true;
      lastSeenNanos = System.nanoTime();
    } catch (ExecutionException | TimeoutException e) {
      reachable = false;
      if (System.nanoTime() - lastSeenNanos > patience.toNanos()) {
        onGone.accept(kafka.unreachable(e).getMessage(), e);
      }
    }
  }

  @Override
  public void close() {
    stopped.countDown();
    admin.close(Duration.ofSeconds(1));
  }
}
