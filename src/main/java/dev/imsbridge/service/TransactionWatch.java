package dev.imsbridge.service;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;

/**
 * Reports transactions that stay open. All consumers wait silently for their end: the topology, its
 * restores, the poller, and the readers of events. Runs a dedicated thread, which sends a few
 * requests a minute and calls the listener.
 */
final class TransactionWatch implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMinutes(1);
  private static final Duration LATE = Duration.ofMinutes(2);

  private final Admin admin;
  private final Set<String> topics;
  private final Duration late;
  private final Consumer<String> report;
  private final RepeatedCheck checks = new RepeatedCheck();

  /**
   * The open transactions of the last check, each with the {@code nanoTime} at which it was first
   * seen.
   */
  private Map<OpenTransaction, Long> firstSeen = Map.of();

  private volatile Set<OpenTransaction> reported = Set.of();

  /**
   * Starts the watch.
   *
   * @param topics the topics that the bridge reads or writes
   * @param report receives one line for each transaction that has been open for 2 min
   */
  static TransactionWatch start(
      KafkaAccess kafka,
      Collection<String> topics,
      MeterRegistry metrics,
      Consumer<String> report) {
    return new TransactionWatch(kafka, topics, INTERVAL, LATE, metrics, report);
  }

  /**
   * Starts the watch with other intervals.
   *
   * @param interval the interval between two checks
   * @param late the time after which an open transaction is reported
   */
  TransactionWatch(
      KafkaAccess kafka,
      Collection<String> topics,
      Duration interval,
      Duration late,
      MeterRegistry metrics,
      Consumer<String> report) {
    admin = kafka.admin();
    this.topics = Set.copyOf(topics);
    this.late = late;
    this.report = report;
    Gauge.builder("imsbridge.transactions.late", this, own -> own.reported.size())
        .description("Partitions whose consumers wait for a transaction that is open for 2 min.")
        .register(metrics);
    checks.start("transaction-watch", interval, interval, this::check);
  }

  private void check() throws InterruptedException {
    long now = System.nanoTime();
    Map<OpenTransaction, Long> seen = new HashMap<>();
    for (OpenTransaction each : OpenTransaction.find(admin, topics)) {
      seen.put(each, firstSeen.getOrDefault(each, now));
    }
    firstSeen = seen;
    Set<OpenTransaction> lateNow = new HashSet<>();
    for (Map.Entry<OpenTransaction, Long> each : seen.entrySet()) {
      if (now - each.getValue() >= late.toNanos()) {
        lateNow.add(each.getKey());
        if (!reported.contains(each.getKey())) {
          report.accept(
              each.getKey().describe(admin)
                  + ", and consumers wait for its end: see `imsbridge doctor`");
        }
      }
    }
    reported = Set.copyOf(lateNow);
  }

  @Override
  public void close() {
    checks.close();
    admin.close(Duration.ofSeconds(1));
  }
}
