package dev.imsbridge.web.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.imsbridge.wire.TopicNames;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** During an outage of Kafka, an operator reads the log. */
class EventFeedTest {
  private static final AtomicInteger TRIES = new AtomicInteger();

  /** Makes the constructor of a consumer fail. */
  public static final class Refusing implements ConsumerInterceptor<byte[], byte[]> {
    @Override
    public void configure(Map<String, ?> settings) {
      TRIES.incrementAndGet();
      throw new IllegalStateException("refused");
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
  }

  /** Regression: a Kafka outage logged a line every 11 s, once for each failed attempt. */
  @Test
  void shouldReportAnInterruptionOnceAndNotAtEachTry() {
    Logger log = (Logger) LoggerFactory.getLogger(EventFeed.class);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    log.addAppender(lines);
    StreamConsumers consumers =
        new StreamConsumers(
            Map.of(
                "bootstrap.servers",
                "127.0.0.1:1",
                "interceptor.classes",
                Refusing.class.getName()),
            1 << 16);
    try (EventFeed feed =
        new EventFeed(
                consumers,
                new TopicNames("t."),
                EventStreamSettings.DEFAULTS,
                new CompletionWaiters(),
                new EventSamples(InstantSource.system()))
            .start()) {
      await().until(() -> TRIES.get() >= 3);
      assertThat(feed.recent()).isEmpty();
      assertThat(lines.list)
          .singleElement()
          .extracting(ILoggingEvent::getFormattedMessage)
          .asString()
          .startsWith("the event stream is interrupted: ");
    } finally {
      log.detachAppender(lines);
    }
  }
}
