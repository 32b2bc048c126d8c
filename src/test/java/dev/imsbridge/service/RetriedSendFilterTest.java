package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The producer retries some errors in any case; their warnings would hide those that need an
 * operator.
 */
class RetriedSendFilterTest {
  private static final String SENDER = "org.apache.kafka.clients.producer.internals.Sender";

  /** The message format of kafka-clients 4.4.0. */
  private static final String FORMAT =
      "Got error produce response with correlation id {} on topic-partition {}, retrying ({}"
          + " attempts left). Error: {}";

  @ParameterizedTest
  @CsvSource({
    SENDER + ",CONCURRENT_TRANSACTIONS,DENY",
    SENDER + ",NETWORK_EXCEPTION. Error Message: Disconnected from node 1,DENY",
    SENDER + ",NOT_ENOUGH_REPLICAS,NEUTRAL",
    SENDER
        + ",NOT_ENOUGH_REPLICAS. Error Message: Unable to verify the partition has been added to"
        + " the transaction. Underlying error: COORDINATOR_NOT_AVAILABLE,DENY",
    "dev.imsbridge.cli.Bridge,CONCURRENT_TRANSACTIONS,NEUTRAL"
  })
  void shouldKeepOutOnlyWhatAProducerTriesAgainInAnyCase(
      String logger, String error, FilterReply reply) {
    LoggingEvent event =
        new LoggingEvent(
            "",
            new LoggerContext().getLogger(logger),
            Level.WARN,
            FORMAT,
            null,
            new Object[] {305, "ims.jobs.audit-0", Integer.MAX_VALUE - 1, error});
    assertThat(new RetriedSendFilter().decide(event)).isEqualTo(reply);
  }
}
