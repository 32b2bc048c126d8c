package dev.imsbridge.web.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.history.EvidenceReader;
import dev.imsbridge.history.JobHistory;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Story;
import dev.imsbridge.web.http.Workers;
import dev.imsbridge.wire.TopicNames;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A few long history searches must not block requests for other jobs. */
class HistoryApiTest {
  private static final int MANY = 12;
  // Three are running and six wait.
  private static final int AT_ONCE = 9;

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(MANY));
  private final CountDownLatch read = new CountDownLatch(1);
  private final AtomicInteger reading = new AtomicInteger();
  private final JobTree tree = Story.requested().tree();
  private ApiContext.Jobs jobs;
  private HttpServer server;

  @BeforeEach
  void start() throws Exception {
    TopicNames topics = new TopicNames("t.");
    JobServices services =
        new JobServices(
            topics,
            null,
            null,
            null,
            new JobHistory(this::slow, topics),
            new EvidenceReader(this::slow, topics),
            null,
            null);
    jobs =
        new ApiContext.Jobs(
            services,
            null,
            new Workers(vertx, "web-kafka", 4, 64),
            TopicSearch.ofKnown(vertx),
            TopicSearch.ofForgotten(vertx),
            TopicSearch.ofPast(vertx));
    Router router = Router.router(vertx);
    router
        .get("/history")
        .handler(routing -> HistoryApi.history(routing, jobs, tree.rootJobId(), tree));
    router
        .get("/evidence/:partition/:offset")
        .handler(routing -> HistoryApi.evidence(routing, jobs, tree.rootJobId(), tree));
    server = get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
  }

  @AfterEach
  void stop() throws Exception {
    read.countDown();
    get(vertx.close());
  }

  private org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> slow() {
    reading.incrementAndGet();
    try {
      read.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new KafkaException("no broker in this test");
  }

  private Future<Integer> ask(String path) {
    return client
        .request(HttpMethod.GET, server.actualPort(), "127.0.0.1", path)
        .compose(request -> request.send())
        .map(HttpClientResponse::statusCode);
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/history?audit=true&evidence=true", "/evidence/0/1"})
  void shouldTakeRequestsWhileMuchOfThePastIsRead(String path) throws Exception {
    List<Future<Integer>> asked = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      asked.add(ask(path));
    }
    await().until(() -> reading.get() > 1);
    assertThat(get(jobs.kafka().run(() -> "written"))).isEqualTo("written");

    await().until(() -> asked.stream().filter(Future::succeeded).count() == MANY - AT_ONCE);
    read.countDown();
    await().until(() -> asked.stream().allMatch(Future::succeeded));
    assertThat(asked).allSatisfy(each -> assertThat(each.result()).isEqualTo(503));
  }
}
