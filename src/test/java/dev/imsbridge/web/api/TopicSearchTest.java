package dev.imsbridge.web.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.history.TopicReader;
import dev.imsbridge.web.http.Workers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Any client can request a job that never existed. Such requests must not overload the bridge. */
class TopicSearchTest {
  private static final TopicReader.Progress SOME = new TopicReader.Progress(1, 2);

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close();
  }

  private TopicSearch search(Duration longest) {
    return new TopicSearch(new Workers(vertx, "past", 2, 4), longest);
  }

  private static boolean await(Future<Boolean> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldRefuseAtOnceWhatIsMoreThanAFew() throws Exception {
    TopicSearch search = TopicSearch.ofForgotten(vertx);
    CountDownLatch found = new CountDownLatch(1);
    List<Future<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      all.add(search.run(() -> false, progress -> found.await(10, TimeUnit.SECONDS)));
    }

    assertThatThrownBy(() -> await(search.run(() -> false, progress -> true)))
        .hasCauseInstanceOf(Workers.BusyException.class);
    found.countDown();
    for (Future<Boolean> each : all) {
      assertThat(await(each)).isTrue();
    }
    assertThat(await(search.run(() -> false, progress -> true))).isTrue();
  }

  @Test
  void shouldGiveUpWhenItTakesTooLong() {
    Future<Boolean> longer =
        search(Duration.ZERO)
            .run(
                () -> false,
                progress -> {
                  progress.accept(SOME);
                  return true;
                });

    assertThatThrownBy(() -> await(longer)).hasCauseInstanceOf(TopicSearch.GivenUpException.class);
  }

  @Test
  void shouldNotBeginWhenItsClientWentWhileItWaited() {
    AtomicBoolean begun = new AtomicBoolean();
    Future<Boolean> abandoned =
        search(Duration.ofHours(1)).run(() -> true, progress -> begun.getAndSet(true));

    assertThatThrownBy(() -> await(abandoned))
        .hasCauseInstanceOf(TopicSearch.GivenUpException.class);
    assertThat(begun).isFalse();
  }

  @Test
  void shouldGiveUpWhenNobodyWaitsForTheAnswer() {
    AtomicBoolean gone = new AtomicBoolean();
    Future<Boolean> abandoned =
        search(Duration.ofHours(1))
            .run(
                gone::get,
                progress -> {
                  gone.set(true);
                  progress.accept(SOME);
                  return true;
                });

    assertThatThrownBy(() -> await(abandoned))
        .hasCauseInstanceOf(TopicSearch.GivenUpException.class);
  }
}
