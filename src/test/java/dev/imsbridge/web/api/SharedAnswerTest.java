package dev.imsbridge.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Any number of open pages must cost Kafka and the other instances the same. */
class SharedAnswerTest {
  private final List<Promise<Integer>> asked = new ArrayList<>();

  private Future<Integer> ask() {
    asked.add(Promise.promise());
    return asked.get(asked.size() - 1).future();
  }

  @Test
  void shouldAskOnceForAllThatComeMeanwhileAndSoonAfter() {
    SharedAnswer<Integer> answer = new SharedAnswer<>(Duration.ofHours(1), this::ask);
    Future<Integer> first = answer.get();
    Future<Integer> second = answer.get();
    asked.get(0).complete(7);

    assertThat(List.of(first.result(), second.result(), answer.get().result()))
        .containsOnly(7)
        .hasSize(3);
    assertThat(asked).hasSize(1);
  }

  @Test
  void shouldAskAgainWhenTheAnswerIsOldOrNone() {
    SharedAnswer<Integer> old = new SharedAnswer<>(Duration.ZERO, this::ask);
    old.get();
    asked.get(0).complete(7);
    assertThat(old.get().isComplete()).isFalse();

    SharedAnswer<Integer> failed = new SharedAnswer<>(Duration.ofHours(1), this::ask);
    failed.get();
    asked.get(2).fail("no answer");
    failed.get();
    assertThat(asked).hasSize(4);
  }
}
