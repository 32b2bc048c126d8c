package dev.imsbridge.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.Test;

/** Too few replacements end the bridge in an outage; too many cause an endless loop. */
class ReplacementTest {
  private static final RuntimeException OUTAGE =
      new StreamsException(new IllegalStateException("the previous call timed out"));

  private final Set<String> committed = new HashSet<>();
  private final Replacement replacement =
      new Replacement(Set.of("thread-1", "thread-2", "thread-3"), committed::contains);

  @Test
  void shouldReplaceEachThreadThatAnOutageEnds() {
    assertThat(replacement.allows("thread-1", OUTAGE)).isTrue();
    assertThat(replacement.allows("thread-2", OUTAGE)).isTrue();
    assertThat(
            replacement.allows("thread-3", new StreamsException(new TimeoutException("no answer"))))
        .isTrue();
  }

  @Test
  void shouldReplaceANewThreadOnlyAfterItHasCommitted() {
    assertThat(replacement.allows("thread-1", OUTAGE)).isTrue();
    assertThat(replacement.allows("thread-4", OUTAGE)).isFalse();
    committed.add("thread-4");
    assertThat(replacement.allows("thread-4", OUTAGE)).isTrue();
  }

  /** Kafka Streams reuses the names of ended threads. */
  @Test
  void shouldNotTakeANewThreadOfAnOldNameForTheOldThread() {
    assertThat(replacement.allows("thread-1", OUTAGE)).isTrue();
    assertThat(replacement.allows("thread-1", OUTAGE)).isFalse();
  }

  /**
   * Seen on a real broker: the first record after the outage is sent by a producer in an error
   * state.
   */
  @Test
  void shouldReplaceAThreadWhoseProducerRefusesToSend() {
    IllegalStateException refused = new IllegalStateException("commitTransaction timed out");
    refused.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement(
              "org.apache.kafka.clients.producer.internals.TransactionManager", "m", null, 1)
        });
    StreamsException inATask = new StreamsException(refused, new TaskId(0, 1));
    assertThat(replacement.allows("thread-1", inATask)).isTrue();
    assertThat(replacement.allows("thread-4", inATask)).as("before its first commit").isFalse();
  }

  /**
   * Seen on a real broker: an outage of more than 2 min ended the bridge before broker.patience.
   */
  @Test
  void shouldReplaceAThreadWhoseProducerHasDroppedRecords() {
    KafkaException dropped =
        new KafkaException(
            "The client hasn't received acknowledgment for some previously sent messages and can no"
                + " longer retry them. It is safe to abort the transaction and continue.");
    dropped.setStackTrace(
        new StackTraceElement[] {
          new StackTraceElement(
              "org.apache.kafka.clients.producer.internals.TransactionManager", "m", null, 1)
        });
    StreamsException inATask = new StreamsException(dropped, new TaskId(0, 0));
    assertThat(replacement.allows("thread-1", inATask)).isTrue();
    assertThat(replacement.allows("thread-4", inATask)).as("before its first commit").isFalse();
  }

  @Test
  void shouldNotReplaceAThreadThatARecordEnded() {
    IllegalStateException bug = new IllegalStateException("a bug of the fold");
    assertThat(replacement.allows("thread-1", new StreamsException(bug, new TaskId(0, 1))))
        .isFalse();
  }

  @Test
  void shouldNotReplaceAThreadThatKafkaRefused() {
    assertThat(
            replacement.allows(
                "thread-1", new StreamsException(new TopicAuthorizationException("t"))))
        .isFalse();
  }
}
