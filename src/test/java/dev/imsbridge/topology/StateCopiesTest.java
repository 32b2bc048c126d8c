package dev.imsbridge.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StandbyUpdateListener.SuspendReason;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.Test;

/** An operator sees from it how long a takeover still takes. */
class StateCopiesTest {
  private static final TopicPartition CHANGELOG = new TopicPartition("app-trees-changelog", 3);

  private final StateCopies copies = new StateCopies();

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
}
