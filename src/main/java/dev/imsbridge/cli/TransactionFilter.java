package dev.imsbridge.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;

/**
 * Keeps out of the log what Kafka's producer warns of, once for each partition, when a transaction
 * begins while a busy broker still completes the one before: it tries again by itself (KIP-890).
 * Its other warnings stay, such as that of too few replicas. Thread-safe.
 */
public final class TransactionFilter extends Filter<ILoggingEvent> {
  private static final String PRODUCER = "org.apache.kafka.clients.producer.internals.Sender";

  @Override
  public FilterReply decide(ILoggingEvent event) {
    return event.getLoggerName().equals(PRODUCER)
            && event.getFormattedMessage().contains("CONCURRENT_TRANSACTIONS")
        ? FilterReply.DENY
        : FilterReply.NEUTRAL;
  }
}
