package dev.imsbridge.web.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.imsbridge.history.JobHistory;
import dev.imsbridge.history.PastQuery;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.web.ApiDocument;
import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.web.http.HttpAccess;
import dev.imsbridge.wire.TopicNames;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Any client can start a search of the past, so it must not take much and must end. */
class PastApiTest {
  private static final String SEARCH = PastApi.PATH + "?id=job-a";
  private static final TopicNames TOPICS = new TopicNames("t.");
  private static final TopicPartition PARTITION = new TopicPartition(TOPICS.transitions(), 0);

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = vertx.createHttpClient();
  private final Queue<MockConsumer<byte[], byte[]>> waiting = new ConcurrentLinkedQueue<>();
  private final List<MockConsumer<byte[], byte[]>> opened = new ArrayList<>();
  private HttpServer server;

  @AfterEach
  void stop() throws Exception {
    get(vertx.close());
  }

  private void start(Duration longest) throws Exception {
    ApiContext context = new ApiContext(vertx, HttpAccess.everybody());
    JobHistory history = new JobHistory(this::consumer, TOPICS);
    context.start(new JobServices(TOPICS, null, null, null, history, null, null, null));
    Router router = Router.router(vertx);
    new PastApi(context, longest).mount(router);
    server = get(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
  }

  private synchronized MockConsumer<byte[], byte[]> consumer() {
    MockConsumer<byte[], byte[]> next = waiting.poll();
    if (next == null) {
      throw new KafkaException("no broker in this test");
    }
    opened.add(next);
    return next;
  }

  /** A topic with one partition, whose records do not arrive. */
  private MockConsumer<byte[], byte[]> topic(long end) {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updatePartitions(
        TOPICS.transitions(),
        List.of(new PartitionInfo(TOPICS.transitions(), 0, null, null, null)));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, end));
    waiting.add(consumer);
    return consumer;
  }

  private static ConsumerRecord<byte[], byte[]> transition(String job, String status) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            PARTITION.topic(),
            0,
            0,
            job.getBytes(UTF_8),
            """
            {"job_id": "%s", "root_job_id": "%s", "job_type": "imsImportImageJob", "region": "r",
             "project_id": "p", "status": "%s", "observed_at": "2026-11-28T10:00:00Z",
             "image_ids": ["image-1"], "labels": {"order": "4711"}}
            """
                .formatted(job, job, status)
                .getBytes(UTF_8));
    record.headers().add("ce_type", "dev.imsbridge.job.success.v1".getBytes(UTF_8));
    return record;
  }

  private Future<HttpClientRequest> request(HttpMethod method, String path) {
    return client.request(method, server.actualPort(), "127.0.0.1", path);
  }

  private HttpClientResponse ask(String path) throws Exception {
    return get(
        request(HttpMethod.GET, path)
            .compose(HttpClientRequest::send)
            .compose(response -> response.body().map(response)));
  }

  private List<String> lines(HttpClientResponse response) throws Exception {
    List<String> lines = get(response.body()).toString().lines().toList();
    ApiDocument document = new ApiDocument();
    for (String line : lines) {
      assertThat(
              document.violations(
                  "GET " + PastApi.PATH, 200, response.getHeader("content-type"), line))
          .as(line)
          .isEmpty();
    }
    return lines;
  }

  private static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldSendTheProgressThenTheJobsThenTheEnd() throws Exception {
    start(Duration.ofMinutes(1));
    MockConsumer<byte[], byte[]> topic = topic(1);
    topic.schedulePollTask(() -> topic.addRecord(transition("job-a", "SUCCESS")));

    List<String> lines = lines(ask(SEARCH));

    assertThat(lines)
        .extracting(line -> new JsonObject(line).fieldNames().iterator().next())
        .containsExactly("progress", "job", "end");
    assertThat(lines.get(1))
        .contains(
            "\"outcome\":\"SUCCEEDED\"", "\"order\":\"4711\"", "\"changed_at\":\"2026-11-28T10:0");
    assertThat(lines.get(2))
        .isEqualTo("{\"end\":{\"complete\":true,\"found\":1,\"left_out\":0,\"reached\":null}}");
    assertThat(topic.closed()).isTrue();
  }

  @Test
  void shouldEndAfterItsTimeWithTheJobsFoundSoFar() throws Exception {
    start(Duration.ofMillis(1));
    MockConsumer<byte[], byte[]> topic = topic(5);
    topic.schedulePollTask(() -> topic.addRecord(transition("job-a", "RUNNING")));

    List<String> lines = lines(ask(SEARCH));

    assertThat(lines.get(1)).contains("\"job_id\":\"job-a\"", "\"outcome\":null");
    assertThat(lines.get(lines.size() - 1)).contains("\"complete\":false", "\"reached\":\"19");
  }

  @Test
  void shouldSearchForTwoClientsAndLetOthersComeAgain() throws Exception {
    start(Duration.ofMinutes(1));
    List<HttpClientResponse> running = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      topic(5);
      running.add(get(request(HttpMethod.GET, SEARCH).compose(HttpClientRequest::send)));
    }

    HttpClientResponse refused = ask(SEARCH);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.getHeader("retry-after")).isEqualTo("10");
    assertThat(running).allMatch(response -> response.statusCode() == 200);
    // The clients disconnect, so their searches end and another can begin.
    for (HttpClientResponse response : running) {
      get(response.request().connection().close());
    }
    await().until(() -> opened.stream().allMatch(MockConsumer::closed));
    topic(0);
    assertThat(lines(ask(SEARCH))).last().asString().contains("\"complete\":true");
  }

  @Test
  void shouldSayWhenKafkaIsAway() throws Exception {
    start(Duration.ofMinutes(1));
    assertThat(ask(SEARCH).statusCode()).isEqualTo(503);

    MockConsumer<byte[], byte[]> topic = topic(5);
    topic.schedulePollTask(() -> {});
    topic.schedulePollTask(() -> topic.setPollException(new KafkaException("gone")));
    assertThat(lines(ask(SEARCH)))
        .last()
        .isEqualTo("{\"failed\":\"Kafka does not answer at present\"}");
    assertThat(topic.closed()).isTrue();
  }

  @Test
  void shouldNotSearchForAHead() throws Exception {
    start(Duration.ofMinutes(1));
    HttpClientResponse head =
        get(request(HttpMethod.HEAD, SEARCH).compose(HttpClientRequest::send));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.getHeader("content-type")).isEqualTo(PastLines.TYPE);
  }

  // ---- parameters

  private static MultiMap query(String text) {
    MultiMap query = MultiMap.caseInsensitiveMultiMap();
    Stream.of(text.split("&"))
        .filter(each -> !each.isEmpty())
        .forEach(each -> query.add(each.split("=", 2)[0], each.split("=", 2)[1]));
    return query;
  }

  @Test
  void shouldReadEachParameter() {
    assertThat(
            PastApi.question(
                query(
                    "label=order:47:11&id=image-1&outcome=fail&since=2026-11-24T00:00:00Z"
                        + "&until=2026-11-25T00:00:00Z&limit=500")))
        .isEqualTo(
            new PastApi.Question(
                new PastQuery(
                    Map.entry("order", "47:11"),
                    "image-1",
                    JobOutcome.FAILED,
                    Instant.parse("2026-11-24T00:00:00Z"),
                    Instant.parse("2026-11-25T00:00:00Z")),
                500));
    assertThat(PastApi.question(query("id=a")).limit()).isEqualTo(100);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|at least one of label, id, outcome and since",
        "limit=5|at least one of label, id, outcome and since",
        "until=2026-11-24T00:00:00Z|at least one of label, id, outcome and since",
        "id=|1 to 513 characters",
        "label=order|label: NAME=VALUE, such as label=order=4711",
        "label==4711|NAME=VALUE",
        "outcome=RUNNING|one of SUCCEEDED, FAILED, LOST",
        "since=tuesday|a time such as",
        "id=a&until=+1000000000-01-01T00:00:00Z|a time such as",
        "since=2026-11-24T00:00:00Z&until=2026-11-24T00:00:00Z|since must be before until",
        "id=a&limit=501|1 to 500",
        "id=a&id=b|each at most once",
        "q=a|parameters are label, id"
      })
  void shouldSayWhatIsWrong(String query, String reason) {
    assertThatThrownBy(() -> PastApi.question(query(query)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(reason);
  }
}
