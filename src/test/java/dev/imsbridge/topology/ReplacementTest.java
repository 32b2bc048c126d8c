package dev.imsbridge.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.Test;

class ReplacementTest {
  private static final RuntimeException OUTAGE =
      new StreamsException(new IllegalStateException("the previous call timed out"));

  private Instant now = Instant.parse("2024-11-06T06:00:00Z");
  private final Replacement replacement = new Replacement(() -> now);

  @Test
  void shouldReplaceAThreadThatAnOutageEnded() {
    assertThat(replacement.helps(OUTAGE)).isTrue();
    now = now.plusSeconds(61);
    assertThat(replacement.helps(new StreamsException(new TimeoutException("no answer")))).isTrue();
  }

  @Test
  void shouldNotReplaceAThreadThatFailsAgainAtOnce() {
    assertThat(replacement.helps(OUTAGE)).isTrue();
    now = now.plusSeconds(59);
    assertThat(replacement.helps(OUTAGE)).isFalse();
  }

  @Test
  void shouldNotReplaceAThreadThatARecordEnded() {
    IllegalStateException bug = new IllegalStateException("a bug of the fold");
    assertThat(replacement.helps(new StreamsException(bug, new TaskId(0, 1)))).isFalse();
  }

  @Test
  void shouldNotReplaceAThreadThatKafkaRefused() {
    assertThat(replacement.helps(new StreamsException(new TopicAuthorizationException("t"))))
        .isFalse();
  }
}
