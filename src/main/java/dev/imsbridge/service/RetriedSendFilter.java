package dev.imsbridge.service;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;

/**
 * Suppresses warnings of Kafka's producer, one or two per partition, about batches that it retries:
 * because the broker has not completed the previous transaction or the coordinator moves (KIP-890),
 * the connection was lost, or the leader of the partition changed. {@link BrokerWatch} reports
 * outages. Other warnings are kept, such as too few in-sync replicas. Thread-safe.
 */
public final class RetriedSendFilter extends Filter<ILoggingEvent> {
  private static final String PRODUCER = "org.apache.kafka.clients.producer.internals.Sender";
  private static final List<String> RETRIED =
      List.of(
          "CONCURRENT_TRANSACTIONS",
          // The error itself is NOT_ENOUGH_REPLICAS, because old producers repeat that.
          "Unable to verify the partition has been added to the transaction",
          "NETWORK_EXCEPTION",
          "NetworkException",
          "NOT_LEADER_OR_FOLLOWER",
          "NotLeaderOrFollowerException");

  @Override
  public FilterReply decide(ILoggingEvent event) {
    return event.getLoggerName().equals(PRODUCER)
            && RETRIED.stream().anyMatch(event.getFormattedMessage()::contains)
        ? FilterReply.DENY
        : FilterReply.NEUTRAL;
  }
}
