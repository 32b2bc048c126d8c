package dev.imsbridge.service;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/**
 * Detects that no broker answers and reports it, because Kafka clients retry without a message.
 * Thread-safe. It runs a dedicated thread and calls its listeners on that thread.
 */
public final class BrokerWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration AGAIN = Duration.ofMinutes(1);

  /** Failed checks before the first report. */
  private static final int LOOKS_IN_VAIN = 2;

  private final Admin admin;
  private final KafkaAccess kafka;
  private final Duration patience;
  private final Duration every;
  private final Duration again;
  private final Consumer<String> told;
  private final BiConsumer<String, Throwable> onGone;
  private final RepeatedCheck checks = new RepeatedCheck();
  private volatile boolean reachable = true;
  private long lastSeenNanos = System.nanoTime();
  private boolean silent;

  /** The duration of an outage at which the next line is due. */
  private Duration nextLine;

  /**
   * Starts the watch.
   *
   * @param told receives one line when no broker has answered for about 10 s, one per minute during
   *     the outage, and one when the brokers answer again
   * @param onGone receives one line when no broker has answered for {@code broker.patience}
   */
  public static BrokerWatch start(
      KafkaAccess kafka,
      BridgeConfig config,
      Consumer<String> told,
      BiConsumer<String, Throwable> onGone) {
    return new BrokerWatch(
        kafka, config.duration(Keys.BROKER_PATIENCE), EVERY, AGAIN, told, onGone);
  }

  /**
   * Starts the watch with other intervals.
   *
   * @param patience the duration of an outage after which {@code onGone} is called
   * @param every the interval between two checks, and the timeout of each
   * @param again the interval between two lines during an outage
   */
  BrokerWatch(
      KafkaAccess kafka,
      Duration patience,
      Duration every,
      Duration again,
      Consumer<String> told,
      BiConsumer<String, Throwable> onGone) {
    this.admin = kafka.admin();
    this.kafka = kafka;
    this.patience = patience;
    this.every = every;
    this.again = again;
    this.told = told;
    this.onGone = onGone;
    nextLine = every.multipliedBy(LOOKS_IN_VAIN);
    checks.start("broker-watch", Duration.ZERO, every, this::look);
  }

  /** Whether a broker answered the last check. */
  boolean reachable() {
    return reachable;
  }

  private void look() throws InterruptedException {
    try {
      admin.describeCluster().nodes().get(every.toMillis(), TimeUnit.MILLISECONDS);
      seen();
    } catch (ExecutionException | TimeoutException e) {
      if (!checks.stopped()) {
        unseen(e);
      }
    }
  }

  private void seen() {
    if (silent) {
      told.accept(
          "%s answers again, after %s s".formatted(kafka.bootstrap(), silence().toSeconds()));
    }
    silent = false;
    nextLine = every.multipliedBy(LOOKS_IN_VAIN);
    reachable = true;
    lastSeenNanos = System.nanoTime();
  }

  private void unseen(Exception why) {
    reachable = false;
    Duration silence = silence();
    if (silence.compareTo(patience) > 0) {
      onGone.accept(kafka.unreachable(why).getMessage(), why);
    } else if (silence.compareTo(nextLine) >= 0) {
      silent = true;
      nextLine = silence.plus(again);
      told.accept(
          "no answer from %s for %s s; waiting up to %s s (%s)"
              .formatted(
                  kafka.bootstrap(),
                  silence.toSeconds(),
                  patience.toSeconds(),
                  Keys.BROKER_PATIENCE));
    }
  }

  private Duration silence() {
    return Duration.ofNanos(System.nanoTime() - lastSeenNanos);
  }

  @Override
  public void close() {
    checks.close();
    admin.close(Duration.ofSeconds(1));
  }
}
