package dev.imsbridge.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class LifecycleTest {
  private final List<String> closed = new CopyOnWriteArrayList<>();

  private AutoCloseable part(String name) {
    return () -> closed.add(name);
  }

  private static AutoCloseable stuck(CountDownLatch never) {
    return never::await;
  }

  @Test
  void shouldCloseInReverseOrderOfTheStartAndOnce() throws Exception {
    Lifecycle parts = new Lifecycle(Duration.ofSeconds(5));
    parts.start("one", () -> part("one"));
    parts.start("two", () -> part("two"));
    parts.close();
    assertThat(parts.onSignal()).isZero();
    assertThat(closed).containsExactly("two", "one");
  }

  @Test
  void shouldCloseTheRestWhenOnePartDoesNotEndCleanly() throws Exception {
    Lifecycle parts = new Lifecycle(Duration.ofSeconds(5));
    parts.start("one", () -> part("one"));
    parts.start(
        "two",
        () ->
            () -> {
              throw new IllegalStateException("broken");
            });
    parts.start("three", () -> part("three"));
    assertThat(parts.onSignal()).isEqualTo(1);
    assertThat(closed).containsExactly("three", "one");
  }

  @Test
  void shouldNotWaitForAPartThatNeverEnds() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    Lifecycle parts = new Lifecycle(Duration.ofMillis(50));
    parts.start("stuck", () -> stuck(never));
    long begin = System.nanoTime();
    assertThat(parts.onSignal()).isEqualTo(1);
    parts.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
    never.countDown();
  }

  @Test
  void shouldEndWithTheFirstFault() throws Exception {
    try (Lifecycle parts = new Lifecycle(Duration.ofSeconds(5))) {
      parts.start("one", () -> part("one"));
      Thread other =
          new Thread(
              () -> {
                parts.fail("the broker is gone", null);
                parts.fail("and so is the rest", null);
              });
      other.start();
      assertThatThrownBy(parts::awaitFault)
          .isInstanceOf(CommandFailure.class)
          .hasMessage("the broker is gone");
      other.join();
      assertThatThrownBy(parts::check).hasMessage("the broker is gone");
      assertThat(parts.onSignal()).isEqualTo(1);
    }
  }

  /** A part that fails because another part was closed is not a fault. */
  @Test
  void shouldTakeNoFaultsWhileClosing() throws Exception {
    Lifecycle parts = new Lifecycle(Duration.ofSeconds(5));
    parts.start("one", () -> () -> parts.fail("my neighbour is gone", null));
    assertThat(parts.onSignal()).isZero();
    parts.check();
  }

  @Test
  void shouldStartNothingOnceItIsEnding() {
    Lifecycle parts = new Lifecycle(Duration.ofSeconds(5));
    parts.close();
    assertThatThrownBy(() -> parts.start("late", () -> part("late")))
        .isInstanceOf(CommandFailure.class);
    assertThat(closed).isEmpty();
  }

  /** A signal may arrive during a start: the part that is starting is closed as well. */
  @Test
  void shouldCloseAPartThatWasStartingWhenTheSignalCame() throws Exception {
    Lifecycle parts = new Lifecycle(Duration.ofSeconds(5));
    CountDownLatch starting = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Thread starter =
        new Thread(
            () -> {
              try {
                parts.start(
                    "slow",
                    () -> {
                      starting.countDown();
                      go.await();
                      return part("slow");
                    });
              } catch (Exception e) {
                closed.add(e.toString());
              }
            });
    starter.start();
    starting.await();
    Thread signal = new Thread(parts::onSignal);
    signal.start();
    go.countDown();
    signal.join();
    starter.join();
    assertThat(closed).containsExactly("slow");
  }

  /** A start may block for long, for example if the clock is set back. */
  @Test
  void shouldInterruptAStartByAFault() throws Exception {
    Lifecycle parts = new Lifecycle(Duration.ofSeconds(30));
    CountDownLatch never = new CountDownLatch(1);
    parts.start("part", () -> part("part"));
    assertThatThrownBy(
            () ->
                parts.starting(
                    () -> {
                      parts.fail("the clock was set back", null);
                      never.await();
                      return null;
                    }))
        .isInstanceOf(CommandFailure.class)
        .hasMessage("the clock was set back");
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    parts.close();
    assertThat(closed).containsExactly("part");
  }

  @Test
  void shouldNotInterruptAfterTheStart() throws Exception {
    Lifecycle parts = new Lifecycle(Duration.ofSeconds(30));
    assertThat(parts.starting(() -> "started")).isEqualTo("started");
    parts.fail("broken", null);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    assertThatThrownBy(parts::awaitFault).hasMessage("broken");
  }
}
