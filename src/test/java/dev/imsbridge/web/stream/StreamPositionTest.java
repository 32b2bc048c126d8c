package dev.imsbridge.web.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.history.EventLayout;
import dev.imsbridge.job.Seeds;
import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.wire.TopicNames;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients return the ids to the bridge, so every id is untrusted input. */
class StreamPositionTest {
  private static final EventLayout LAYOUT = layout("ims.jobs.", 3, 2);
  private static final String ID = StreamPosition.encode(LAYOUT, new long[] {7, 0, 300, 1, 99_999});

  private static EventLayout layout(String prefix, int transitions, int completions) {
    return new EventLayout(new TopicNames(prefix), transitions, completions);
  }

  @Test
  void shouldReadWhatItWrote() {
    Seeds.each(
        500,
        random -> {
          EventLayout layout = layout("t.", 1 + random.nextInt(250), 1 + random.nextInt(250));
          long[] next = offsets(random, layout.size());
          String id = StreamPosition.encode(layout, next);
          assertThat(id).matches("[A-Za-z0-9_-]+").hasSizeLessThan(8000);
          assertThat(decode(layout, id)).isEqualTo(next);
        });
  }

  private static long[] offsets(Random random, int count) {
    return random.longs(count).map(each -> (each & Long.MAX_VALUE) >> random.nextInt(63)).toArray();
  }

  private static long[] decode(EventLayout layout, String id) {
    return StreamPosition.decode(layout, id);
  }

  @Test
  void shouldRefuseAnIdInWhichAnyCharacterIsAnother() {
    for (int i = 0; i < ID.length(); i++) {
      char other = ID.charAt(i) == 'A' ? 'B' : 'A';
      refused(LAYOUT, ID.substring(0, i) + other + ID.substring(i + 1));
    }
  }

  @Test
  void shouldRefuseAnIdThatWasCut() {
    for (int length = 0; length < ID.length(); length++) {
      refused(LAYOUT, ID.substring(0, length));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "null", "../../etc", "a b", "AAAA", "AAAAAAAAAAAA", "é", "===="})
  void shouldRefuseWhatIsNoId(String text) {
    refused(LAYOUT, text);
  }

  @Test
  void shouldRefuseWhatIsTooLongToBeOne() {
    refused(LAYOUT, "A".repeat(100_000));
  }

  @Test
  void shouldRefuseTheIdOfAnotherBridge() {
    refused(layout("other.", 3, 2), ID);
  }

  @Test
  void shouldRefusePartitionsThatDoNotExist() {
    assertThatThrownBy(() -> StreamPosition.decode(layout("ims.jobs.", 2, 2), ID))
        .hasMessageContaining("partitions that do not exist");
    refused(layout("ims.jobs.", 3, 1), ID);
  }

  @Test
  void shouldBeginPartitionsThatWereAddedAtTheirStart() {
    assertThat(decode(layout("ims.jobs.", 4, 3), ID))
        .isEqualTo(new long[] {7, 0, 300, -1, 1, 99_999, -1});
  }

  @Test
  void shouldStayShort() {
    long[] next = new long[24];
    Arrays.fill(next, 1_000_000_000);
    assertThat(StreamPosition.encode(layout("ims.jobs.", 12, 12), next)).hasSizeLessThan(200);
  }

  private static void refused(EventLayout layout, String text) {
    assertThatThrownBy(() -> StreamPosition.decode(layout, text))
        .as(text)
        .isInstanceOf(BadRequestException.class)
        .message()
        .hasSizeLessThan(100);
  }
}
