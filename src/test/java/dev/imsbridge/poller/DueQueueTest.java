package dev.imsbridge.poller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DueQueueTest {
  private static final class Item extends DueQueue.Element {
    final int group;

    Item(int group) {
      this.group = group;
    }
  }

  private final DueQueue queue = new DueQueue();

  @Test
  void shouldHaveNoHeadWhenEmpty() {
    assertThat(queue.head()).isNull();
    queue.remove(new Item(0));
    assertThat(queue.size()).isZero();
  }

  @Test
  void shouldMoveAnElementThatIsPutAgain() {
    Item item = new Item(0);
    queue.put(item, 5);
    queue.put(item, 9);
    assertThat(queue.size()).isEqualTo(1);
    assertThat(queue.head().due()).isEqualTo(9);
  }

  @Test
  void shouldOrderAcrossTheOverflowOfTheClock() {
    Item late = new Item(0);
    Item early = new Item(0);
    queue.put(late, Long.MAX_VALUE + 10);
    queue.put(early, Long.MAX_VALUE - 10);
    assertThat(queue.head()).isSameAs(early);
  }

  /** A queue that loses or misplaces a watch would never poll it again. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 20241106})
  void shouldGiveWhatASortedListGives(long seed) {
    Random random = new Random(seed);
    List<Item> model = new ArrayList<>();
    for (int step = 0; step < 20_000; step++) {
      int choice = random.nextInt(100);
      if (choice < 50) {
        Item item = new Item(random.nextInt(4));
        queue.put(item, random.nextInt(10_000));
        model.add(item);
      } else if (choice < 65 && !model.isEmpty()) {
        queue.put(model.get(random.nextInt(model.size())), random.nextInt(10_000));
      } else if (choice < 80 && !model.isEmpty()) {
        queue.remove(model.remove(random.nextInt(model.size())));
      } else if (choice < 99 && !model.isEmpty()) {
        DueQueue.Element head = queue.head();
        queue.remove(head);
        model.remove(head);
      } else if (random.nextInt(20) == 0) {
        int group = random.nextInt(4);
        queue.removeIf(element -> ((Item) element).group == group);
        assertThat(model).filteredOn(item -> item.group == group).noneMatch(Item::waiting);
        model.removeIf(item -> item.group == group);
      }
      assertThat(queue.size()).as("seed %d, step %d", seed, step).isEqualTo(model.size());
      if (step % 50 == 0 && !model.isEmpty()) {
        long least = model.stream().min(Comparator.comparingLong(Item::due)).orElseThrow().due();
        assertThat(queue.head().due()).as("seed %d, step %d", seed, step).isEqualTo(least);
      }
    }
    assertThat(model).allMatch(Item::waiting);
  }
}
