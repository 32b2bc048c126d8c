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
 * Reports transactions that stay open, because consumers wait for their end without a message: the
 * topology, its restores, the poller, and the readers of the events. Runs a dedicated thread, which
 * sends a few requests a minute, and calls its listener on that thread.
 */
final class TransactionWatch implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMinutes(1);
  private static final Duration LATE = Duration.ofMinutes(2);

  private final Admin admin;
  private final Set<String> topics;
  private final Duration late;
  private final Consumer<String> told;
  private final RepeatedCheck checks = new RepeatedCheck();

  /** The open transactions of the last look, each with the {@code nanoTime} of the first. */
  private Map<OpenTransaction, Long> firstSeen = Map.of();

  private volatile Set<OpenTransaction> reported = Set.of();

  /**
   * Starts the watch.
   *
   * @param topics those that the bridge may read or write
   * @param told receives one line for each transaction that has been open for 2 min
   */
  static TransactionWatch start(
      KafkaAccess kafka, Collection<String> topics, MeterRegistry metrics, Consumer<String> told) {
    return new TransactionWatch(kafka, topics, EVERY, LATE, metrics, told);
  }

  /**
   * Starts the watch with other intervals.
   *
   * @param every the interval between two checks
   * @param late how long a transaction may be open
   */
  TransactionWatch(
      KafkaAccess kafka,
      Collection<String> topics,
      Duration every,
      Duration late,
      MeterRegistry metrics,
      Consumer<String> told) {
    admin = kafka.admin();
    this.topics = Set.copyOf(topics);
    this.late = late;
    this.told = told;
    Gauge.builder("imsbridge.transactions.late", this, own -> own.reported.size())
        .description("Partitions whose consumers wait for a transaction that is open for 2 min.")
        .register(metrics);
    checks.start("transaction-watch", every, every, this::look);
  }

  private void look() throws InterruptedException {
    long now = System.nanoTime();
    Map<OpenTransaction, Long> seen = new HashMap<>();
    for (OpenTransaction each : OpenTransaction.find(admin, topics)) {
      seen.put(each, firstSeen.getOrDefault(each, now));
    }
    firstSeen = seen;
    Set<OpenTransaction> standing = new HashSet<>();
    for (Map.Entry<OpenTransaction, Long> each : seen.entrySet()) {
      if (now - each.getValue() >= late.toNanos()) {
        standing.add(each.getKey());
        if (!reported.contains(each.getKey())) {
          told.accept(
              each.getKey().describe(admin)
                  + ", and consumers wait for its end: see `imsbridge doctor`");
        }
      }
    }
    reported = Set.copyOf(standing);
  }

  @Override
  public void close() {
    checks.close();
    admin.close(Duration.ofSeconds(1));
  }
}
