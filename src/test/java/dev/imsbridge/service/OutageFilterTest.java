package dev.imsbridge.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** An outage affects every part, and each would report it: one line is enough. */
class OutageFilterTest {
  private static final TimeoutException NO_ANSWER = new TimeoutException("no answer");

  private final Logger own = logger("dev.imsbridge.test.OutageFilterTest");
  private final Logger ofKafka = logger("org.apache.kafka.clients.OutageFilterTest");
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final AtomicBoolean reachable = new AtomicBoolean(true);

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }

  @BeforeEach
  void listen() {
    lines.start();
    own.addAppender(lines);
    ofKafka.addAppender(lines);
  }

  @AfterEach
  void stopListening() {
    own.detachAppender(lines);
    ofKafka.detachAppender(lines);
  }

  private void report() {
    own.warn("the stream is interrupted: {}", NO_ANSWER.toString());
    own.warn("not written", NO_ANSWER);
    own.warn("the project is throttled: {}", "429");
    ofKafka.error("a thread has ended", new IllegalStateException());
  }

  @Test
  void shouldKeepOutOnlyWhatFollowsFromAnOutageAndOnlyWhileItLasts() {
    OutageFilter filter = OutageFilter.start(reachable::get);
    try {
      report();
      assertThat(lines.list).hasSize(4);
      lines.list.clear();

      reachable.set(false);
      report();
      assertThat(lines.list)
          .singleElement()
          .extracting(ILoggingEvent::getFormattedMessage)
          .isEqualTo("the project is throttled: 429");
    } finally {
      filter.close();
    }
    report();
    assertThat(lines.list).hasSize(5);
  }
}
