package dev.imsbridge.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;

/**
 * Keeps out of the log the warnings of Kafka's producer, one or two for each partition, about a
 * batch that it sends again by itself: because a busy broker still completes the transaction before
 * (KIP-890), because the connection was lost, or because another broker leads the partition now.
 * {@link BrokerWatch} reports an outage. Other warnings stay, such as that of too few replicas.
 * Thread-safe.
 */
public final class RetriedSendFilter extends Filter<ILoggingEvent> {
  private static final String PRODUCER = "org.apache.kafka.clients.producer.internals.Sender";
  private static final List<String> RETRIED =
      List.of(
          "CONCURRENT_TRANSACTIONS",
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
