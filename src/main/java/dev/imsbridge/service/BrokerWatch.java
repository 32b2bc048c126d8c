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
 * Detects and reports that no broker answers. Without it an outage is not visible, because Kafka
 * clients retry silently. Thread-safe. Runs a dedicated thread and calls its listeners on that
 * thread.
 */
public final class BrokerWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(5);
  private static final Duration REPORT_INTERVAL = Duration.ofMinutes(1);

  /** Failed checks before the first report. */
  private static final int CHECKS_BEFORE_REPORT = 2;

  private final Admin admin;
  private final KafkaAccess kafka;
  private final Duration patience;
  private final Duration interval;
  private final Duration reportInterval;
  private final Consumer<String> report;
  private final BiConsumer<String, Throwable> onTimeout;
  private final RepeatedCheck checks = new RepeatedCheck();
  private volatile boolean reachable = true;
  private long lastSeenNanos = System.nanoTime();
  private boolean reported;

  /** The duration of an outage after which the next line is due. */
  private Duration nextReport;

  /**
   * Starts the watch.
   *
   * @param report receives one line when no broker has answered for about 10 s, one per minute
   *     during the outage, and one when the brokers answer again
   * @param onTimeout receives one line at each check after no broker has answered for {@code
   *     broker.patience}
   */
  public static BrokerWatch start(
      KafkaAccess kafka,
      BridgeConfig config,
      Consumer<String> report,
      BiConsumer<String, Throwable> onTimeout) {
    return new BrokerWatch(
        kafka, config.duration(Keys.BROKER_PATIENCE), INTERVAL, REPORT_INTERVAL, report, onTimeout);
  }

  /**
   * Starts the watch with other intervals.
   *
   * @param patience the duration of an outage after which {@code onTimeout} is called
   * @param interval the interval between two checks, and the timeout of each
   * @param reportInterval the interval between two lines during an outage
   */
  BrokerWatch(
      KafkaAccess kafka,
      Duration patience,
      Duration interval,
      Duration reportInterval,
      Consumer<String> report,
      BiConsumer<String, Throwable> onTimeout) {
    this.admin = kafka.admin();
    this.kafka = kafka;
    this.patience = patience;
    this.interval = interval;
    this.reportInterval = reportInterval;
    this.report = report;
    this.onTimeout = onTimeout;
    nextReport = interval.multipliedBy(CHECKS_BEFORE_REPORT);
    checks.start("broker-watch", Duration.ZERO, interval, this::check);
  }

  /** Whether a broker answered the last check. */
  boolean reachable() {
    return reachable;
  }

  private void check() throws InterruptedException {
    try {
      admin.describeCluster().nodes().get(interval.toMillis(), TimeUnit.MILLISECONDS);
      seen();
    } catch (ExecutionException | TimeoutException e) {
      if (!checks.stopped()) {
        unseen(e);
      }
    }
  }

  private void seen() {
    if (reported) {
      report.accept(
          "%s answers again, after %s s".formatted(kafka.bootstrap(), silence().toSeconds()));
    }
    reported = false;
    nextReport = interval.multipliedBy(CHECKS_BEFORE_REPORT);
    reachable = true;
    lastSeenNanos = System.nanoTime();
  }

  private void unseen(Exception why) {
    reachable = false;
    Duration silence = silence();
    if (silence.compareTo(patience) > 0) {
      onTimeout.accept(kafka.unreachable(why).getMessage(), why);
    } else if (silence.compareTo(nextReport) >= 0) {
      reported = true;
      nextReport = silence.plus(reportInterval);
      report.accept(
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
