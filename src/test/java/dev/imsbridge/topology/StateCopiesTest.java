package dev.imsbridge.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StandbyUpdateListener.SuspendReason;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.Test;

/** An operator sees from it how long a takeover still takes. */
class StateCopiesTest {
  private static final TopicPartition CHANGELOG = new TopicPartition("app-trees-changelog", 3);

  private final AtomicLong clock = new AtomicLong();
  private final StateCopies copies = new StateCopies(clock::get);

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  @Test
  void shouldFollowARestoreFromItsStartToItsEnd() {
    copies.onRestoreStart(CHANGELOG, "trees", 1_000, 5_000);
    assertThat(copies.of("trees", 3, false)).isEqualTo(new PartitionView.Copy(0, 4_000));

    copies.onBatchRestored(CHANGELOG, "trees", 1_499, 500);
    copies.onBatchRestored(CHANGELOG, "trees", 1_999, 500);

    assertThat(copies.of("trees", 3, false)).isEqualTo(new PartitionView.Copy(1_000, 3_000));
    assertThat(copies.of("trees", 2, false)).isNull();
    assertThat(copies.of("intake", 3, false)).isNull();
    assertThat(copies.of("trees", 3, true)).isNull();

    copies.onRestoreEnd(CHANGELOG, "trees", 4_000);
    assertThat(copies.of("trees", 3, false)).isNull();
  }

  @Test
  void shouldForgetARestoreOfAPartitionThatMovesAway() {
    copies.onRestoreStart(CHANGELOG, "trees", 0, 10);
    copies.onRestoreSuspended(CHANGELOG, "trees", 5);
    copies.onBatchRestored(CHANGELOG, "trees", 7, 2);

    assertThat(copies.of("trees", 3, false)).isNull();
  }

  @Test
  void shouldTellHowFarAStandbyIsBehind() {
    TaskId task = new TaskId(1, 3);
    copies.onUpdateStart(CHANGELOG, "trees", 100);
    copies.onBatchLoaded(CHANGELOG, "trees", task, 149, 50, 160);
    assertThat(copies.of("trees", 3, true)).isEqualTo(new PartitionView.Copy(50, 10));

    copies.onBatchLoaded(CHANGELOG, "trees", task, 179, 30, 180);
    assertThat(copies.of("trees", 3, true)).isEqualTo(new PartitionView.Copy(80, 0));

    copies.onUpdateSuspended(CHANGELOG, "trees", 180, 180, SuspendReason.PROMOTED);
    assertThat(copies.of("trees", 3, true)).isNull();
  }

  /** A transaction that hangs stops a restore for ever, and nothing else shows it. */
  @Test
  void shouldNameARestoreThatStandsStillOnceForEachPosition() {
    copies.onRestoreStart(CHANGELOG, "trees", 29, 59);
    pass(Duration.ofSeconds(59));
    assertThat(copies.standing()).isEmpty();
    pass(Duration.ofSeconds(1));
    assertThat(copies.standing())
        .singleElement()
        .asString()
        .contains("store trees, partition 3, stands at offset 29 of 59");
    pass(Duration.ofHours(1));
    assertThat(copies.standing()).isEmpty();

    copies.onBatchRestored(CHANGELOG, "trees", 39, 10);
    assertThat(copies.standing()).as("it has just advanced").isEmpty();
    pass(Duration.ofMinutes(1));
    assertThat(copies.standing()).singleElement().asString().contains("offset 40 of 59");

    copies.onRestoreStart(CHANGELOG, "intake", 0, 5);
    copies.onRestoreEnd(CHANGELOG, "intake", 5);
    copies.onBatchLoaded(CHANGELOG, "trees", new TaskId(1, 3), 149, 50, 160);
    pass(Duration.ofHours(1));
    assertThat(copies.standing()).as("a standby may wait for new records").isEmpty();
  }
}
