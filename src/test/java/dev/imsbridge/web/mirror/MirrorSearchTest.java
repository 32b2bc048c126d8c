package dev.imsbridge.web.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.web.http.Workers;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A client that gets no answer in time receives the reason. */
class MirrorSearchTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private MirrorSearch waitingInVain(Exception failure) {
    return waitingInVain(Future.failedFuture(failure));
  }

  private MirrorSearch waitingInVain(Future<MirrorAnswer> look) {
    MirrorSearch search =
        new MirrorSearch(vertx, () -> look, () -> Future.failedFuture("nobody is asked"), () -> {});
    search.join();
    return search;
  }

  @Test
  void shouldGiveAReasonThoughTheFirstLookTakesLong() {
    MirrorSearch search = waitingInVain(Promise.<MirrorAnswer>promise().future());
    assertThat(search.why()).isNotBlank();
    search.leave();
  }

  @Test
  void shouldSayThatKafkaDoesNotAnswerWhenThatIsSo() {
    MirrorSearch search = waitingInVain(new TimeoutException("no broker"));
    await().until(() -> search.why().equals("Kafka does not answer at present"));
    search.leave();
  }

  @Test
  void shouldSayThatTheBridgeIsBusyWhenTooMuchIsAskedOfIt() {
    MirrorSearch search = waitingInVain(new Workers.BusyException());
    await().until(() -> search.why().equals("the bridge is busy"));
    search.leave();
  }
}
