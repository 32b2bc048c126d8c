package dev.imsbridge.poller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** Anyone may fill the topic by mistake, and that must not fill the memory of a poller. */
class WatchRestoreTest {
  private static final int MEBIBYTE = 1 << 20;

  private final WatchRestore restore = new WatchRestore();

  private static ConsumerRecord<byte[], byte[]> value(int offset, int size) {
    return new ConsumerRecord<>("watches", 0, offset, new byte[0], new byte[size]);
  }

  @Test
  void shouldKeepAFewValuesOfAKey() {
    for (int i = 0; i < WatchRestore.MAX_VALUES_PER_KEY; i++) {
      assertThat(restore.keep("a", value(i, 100))).isTrue();
    }
    assertThat(restore.keep("a", value(8, 100))).isFalse();
    assertThat(restore.keep("b", value(9, 100))).isTrue();
    assertThat(restore.forget("a"))
        .extracting(ConsumerRecord::offset)
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
  }

  @Test
  void shouldKeepABoundedNumberOfBytes() {
    int kept = 0;
    while (restore.keep("key-" + kept, value(kept, MEBIBYTE))) {
      kept++;
    }
    assertThat(kept).isEqualTo(WatchRestore.MAX_BYTES / MEBIBYTE - 1);
    assertThat(restore.keep("small", value(kept + 1, 0))).isFalse();
    restore.forget("small");
    restore.forget("key-" + kept);
    assertThat(restore.keep("small", value(kept + 2, 0))).as("there is room again").isTrue();
  }

  /** Keys and lists take memory too. */
  @Test
  void shouldKeepABoundedNumberOfValuesWithoutBytes() {
    int kept = 0;
    while (restore.keep("key-" + kept, value(kept, 0))) {
      kept++;
    }
    assertThat(kept).isBetween(50_000, 200_000);
  }

  @Test
  void shouldForgetNothingOfAnUnknownKey() {
    assertThat(restore.forget("a")).isEqualTo(List.of());
  }
}
