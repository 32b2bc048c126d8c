package dev.imsbridge.web.stream;

import static dev.imsbridge.web.stream.StreamEvents.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.history.EventLayout;
import dev.imsbridge.job.Seeds;
import dev.imsbridge.wire.TopicNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A client that joins the shared chain must get each event once. */
class RecentEventsTest {
  private static final int PARTITIONS = 4;
  private static final EventLayout LAYOUT =
      new EventLayout(new TopicNames("t."), PARTITIONS - 1, 1);

  private final List<StreamEvent> log = new ArrayList<>();

  /** Appends events of random partitions. Some offsets are skipped, as transaction markers do. */
  private void read(RecentEvents recent, long[] position, Random random, int count) {
    List<StreamEvent> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int partition = random.nextInt(PARTITIONS);
      long offset = position[partition] + random.nextInt(2);
      position[partition] = offset + 1;
      batch.add(event(partition, offset));
    }
    log.addAll(batch);
    recent.append(batch, position);
  }

  private static List<StreamEvent> chain(StreamEvent place) {
    List<StreamEvent> events = new ArrayList<>();
    for (StreamEvent each = place.next(); each != null; each = each.next()) {
      events.add(each);
    }
    return events;
  }

  @Test
  void shouldKeepTheLastBytesOnly() {
    long[] position = new long[PARTITIONS];
    int size = event(0, 0).bytes().length();
    RecentEvents recent = new RecentEvents(LAYOUT, 10L * size, position);
    StreamEvent begin = recent.end().last();
    read(recent, position, new Random(1), 9);
    assertThat(recent.lost(begin)).isFalse();
    assertThat(recent.join(new long[PARTITIONS])).isPresent();
    read(recent, position, new Random(2), 9);
    assertThat(recent.lost(begin)).isTrue();
    assertThat(recent.join(new long[PARTITIONS])).isEmpty();
    assertThat(chain(recent.join(position).orElseThrow())).hasSizeBetween(8, 10);
    assertThat(recent.lost(recent.join(position).orElseThrow())).isFalse();
    assertThat(recent.lost(recent.end().last())).isFalse();
  }

  @Test
  void shouldGiveAClientThatComesFromElsewhereEachEventOnce() throws Exception {
    Seeds.each(300, this::spliced);
  }

  // Per partition, the client has all events below some offset. It got them in another order, from
  // another instance or from a reader of its own.
  private void spliced(Random random) {
    log.clear();
    long[] position = new long[PARTITIONS];
    RecentEvents recent = new RecentEvents(LAYOUT, 500L + random.nextInt(20_000), position);
    for (int i = 0; i < 5; i++) {
      read(recent, position, random, random.nextInt(12));
    }
    long[] had = new long[PARTITIONS];
    for (int i = 0; i < PARTITIONS; i++) {
      had[i] = position[i] + 3 - random.nextLong(Math.min(position[i] + 4, 8));
    }
    Optional<StreamEvent> joined = recent.join(had);
    read(recent, position, random, 20);
    if (joined.isEmpty()) {
      return;
    }
    StreamPosition own = new StreamPosition(LAYOUT, had);
    List<StreamEvent> expected =
        log.stream().filter(each -> each.offset() >= had[each.partition()]).toList();
    List<StreamEvent> got = new ArrayList<>();
    for (StreamEvent each : chain(joined.get())) {
      if (own.passes(each)) {
        got.add(each);
        resumable(own.id(), got, expected);
      }
    }
    assertThat(got).containsExactlyElementsOf(expected);
    // What a heartbeat does.
    own.advance(recent.end().position());
    long[] ahead = new long[PARTITIONS];
    Arrays.setAll(ahead, i -> Math.max(had[i], position[i]));
    assertThat(own.id()).isEqualTo(StreamPosition.encode(LAYOUT, ahead));
  }

  // A client that resumes after this id gets exactly the remaining events.
  private void resumable(String id, List<StreamEvent> got, List<StreamEvent> expected) {
    long[] next = StreamPosition.decode(LAYOUT, id);
    List<StreamEvent> rest =
        expected.stream().filter(each -> each.offset() >= next[each.partition()]).toList();
    assertThat(rest)
        .as("after " + Arrays.toString(next))
        .containsExactlyElementsOf(expected.subList(got.size(), expected.size()));
  }
}
