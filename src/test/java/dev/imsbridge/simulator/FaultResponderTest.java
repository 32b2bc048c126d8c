package dev.imsbridge.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Sends each fault over a real connection, because most of them are faults of HTTP or TCP. */
class FaultResponderTest extends RunningSimulator {
  @ParameterizedTest
  @EnumSource
  void shouldThrottleInTheGatewaysWords(ThrottlePolicy policy) {
    server.inject(
        ScriptedFault.of(FaultType.THROTTLED)
            .withPolicy(policy)
            .withQuota(200, "5 minute")
            .withRetryAfter(Duration.ofSeconds(7))
            .build());

    HttpResponse<String> answer = job("a");

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).contains("7");
    JsonNode body = HttpProbe.json(answer);
    assertThat(body.path("error_code").asText()).isEqualTo("APIGW.0308");
    assertThat(body.path("request_id").asText())
        .isEqualTo(answer.headers().firstValue("X-Request-Id").orElseThrow());
    assertThat(body.path("error_msg").asText())
        .isEqualTo(
            "The throttling threshold has been reached: policy "
                + policy.word()
                + " over ratelimit,limit:200,time:5 minute");
  }

  @ParameterizedTest
  @CsvSource({
    "INTERNAL_ERROR, 500, IMG.0020",
    "BAD_GATEWAY, 502, <html>",
    "UNAVAILABLE, 503, not available",
    "GATEWAY_TIMEOUT, 504, Wait response timeout.",
    "UNAUTHORIZED, 401, APIGW.0301",
    "TOKEN_EXPIRED, 401, APIGW.0307",
    "AUTH_400, 400, IMG.0030",
    "QUERY_FAILED, 400, IMG.0023",
    "NOT_FOUND, 404, does not exist",
    "WRONG_PATH, 404, APIGW.0101",
    "REDIRECT, 302, Found"
  })
  void shouldAnswerWithTheErrorOnce(FaultType type, int status, String text) {
    server.inject("a", ScriptedFault.of(type).times(1).build());

    HttpResponse<String> answer = job("a");

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).contains(text);
    assertThat(job("b").statusCode()).isEqualTo(200);
    assertThat(job("a").statusCode()).isEqualTo(200);
    assertThat(server.stats().faults()).containsOnlyKeys(type).containsEntry(type, 1L);
  }

  /** If a client follows the redirect, its credentials must not reach a real host. */
  @Test
  void shouldRedirectToAnInvalidHost() {
    server.inject(ScriptedFault.of(FaultType.REDIRECT).build());

    assertThat(job("a").headers().firstValue("Location").orElseThrow())
        .startsWith("http://redirect.invalid/");
  }

  @Test
  void shouldSendInvalidJson() {
    server.inject(ScriptedFault.of(FaultType.BROKEN_JSON).build());

    HttpResponse<String> answer = job("a");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> HttpProbe.json(answer)).isInstanceOf(BadInputException.class);
  }

  @Test
  void shouldDelayHeadersOrBody() throws IOException {
    server.inject(
        "headers",
        ScriptedFault.of(FaultType.SLOW_HEADERS).withDelay(Duration.ofMillis(700)).build());
    server.inject(
        "body", ScriptedFault.of(FaultType.SLOW_BODY).withDelay(Duration.ofMillis(700)).build());

    assertThat(millisToFirstByteAndToLast("headers")[0]).isGreaterThanOrEqualTo(690);
    long[] body = millisToFirstByteAndToLast("body");
    assertThat(body[1]).isGreaterThanOrEqualTo(690);
    // Far below the delay, because the first byte can be late on a busy machine.
    assertThat(body[1] - body[0]).isGreaterThanOrEqualTo(200);
  }

  @Test
  void shouldTruncateTheBody() {
    server.inject(ScriptedFault.of(FaultType.TRUNCATED_BODY).build());

    String raw = raw("a");

    int body = raw.indexOf("\r\n\r\n") + 4;
    int announced = Integer.parseInt(raw.replaceAll("(?s).*content-length: (\\d+).*", "$1"));
    assertThat(raw).startsWith("HTTP/1.1 200 OK");
    assertThat(raw.length() - body).isEqualTo(announced / 2);
  }

  @Test
  void shouldResetTheConnection() {
    server.inject(ScriptedFault.of(FaultType.RESET).build());

    assertThatThrownBy(() -> raw("a"))
        .hasCauseInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void shouldSendAnOversizedBody() {
    server.inject(ScriptedFault.of(FaultType.OVERSIZED_BODY).withBytes(3_000_000).build());

    HttpResponse<String> answer = job("a");

    assertThat(answer.body().length()).isGreaterThan(3_000_000);
    assertThat(HttpProbe.json(answer).path("job_id").asText()).isEqualTo("a");
  }

  @Test
  void shouldSendAGzipBomb() throws IOException {
    server.inject(ScriptedFault.of(FaultType.GZIP_BOMB).withBytes(20_000_000).build());
    byte[] zipped;
    try (InputStream in = server.uri().resolve("/v1/p/jobs/a").toURL().openStream()) {
      zipped = in.readAllBytes();
    }

    assertThat(zipped).hasSizeLessThan(100_000);
    byte[] inflated = new GZIPInputStream(new ByteArrayInputStream(zipped)).readAllBytes();
    assertThat(inflated).hasSizeGreaterThan(20_000_000);
    assertThat(JsonText.parse(inflated).path("job_id").asText()).isEqualTo("a");
  }

  @Test
  void shouldSendAnOlderStatusAfterANewerOne() {
    server.create(
        ScriptedJob.of(ImsJobType.COPY_IMAGE_IN_REGION)
            .withId("a")
            .lasting(Duration.ofMinutes(2))
            .succeeding()
            .build());
    server.inject("a", ScriptedFault.of(FaultType.STALE).times(1).build());
    clock.advance(Duration.ofMinutes(2));

    assertThat(HttpProbe.json(job("a")).path("status").asText()).isEqualTo("SUCCESS");
    assertThat(HttpProbe.json(job("a")).path("status").asText()).isEqualTo("RUNNING");
    assertThat(HttpProbe.json(job("a")).path("status").asText()).isEqualTo("SUCCESS");
  }

  @Test
  void shouldHideAJobAtFirstOrLoseItLater() {
    server.inject(
        "late", ScriptedFault.of(FaultType.NOT_FOUND).lasting(Duration.ofSeconds(5)).build());
    server.inject(
        "lost", ScriptedFault.of(FaultType.NOT_FOUND).after(Duration.ofSeconds(5)).build());

    assertThat(job("late").statusCode()).isEqualTo(404);
    assertThat(job("lost").statusCode()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(5));
    assertThat(job("late").statusCode()).isEqualTo(200);
    assertThat(job("lost").statusCode()).isEqualTo(404);
  }

  @Test
  void shouldInjectFaultsOverHttp() {
    String faults = "{\"faults\":[{\"type\":\"throttled\",\"policy\":\"ip\",\"count\":2}]}";

    HttpResponse<String> put = put("/simulator/faults", faults);
    assertThat(HttpProbe.json(put).at("/faults/0/left").asInt()).isEqualTo(2);
    assertThat(job("a").statusCode()).isEqualTo(429);
    assertThat(job("b").statusCode()).isEqualTo(429);
    assertThat(job("c").statusCode()).isEqualTo(200);
    put("/simulator/faults", "[{\"type\":\"unavailable\",\"retry_after\":9}]");
    HttpResponse<String> unavailable = job("a");
    assertThat(unavailable.statusCode()).isEqualTo(503);
    assertThat(unavailable.headers().firstValue("Retry-After")).contains("9");
    probe.send(HttpRequest.newBuilder(server.uri().resolve("/simulator/faults")).DELETE());
    assertThat(job("a").statusCode()).isEqualTo(200);
    assertThat(put("/simulator/faults", "{\"faults\":[{\"type\":\"x\"}]}").statusCode())
        .isEqualTo(400);
  }

  @Test
  void shouldLimitTheRateOverAllJobs() {
    server.inject(ScriptedFault.of(FaultType.RATE_LIMIT).withQuota(3, "10 second").build());

    assertThat(statuses(5)).containsExactly(200, 200, 200, 429, 429);
    clock.advance(Duration.ofSeconds(25));
    assertThat(statuses(4)).containsExactly(200, 200, 200, 429);
  }

  private int[] statuses(int count) {
    int[] statuses = new int[count];
    Arrays.setAll(statuses, n -> job("job-" + n).statusCode());
    return statuses;
  }

  private HttpResponse<String> job(String jobId) {
    return get("/v1/project/jobs/" + jobId);
  }

  private HttpResponse<String> put(String path, String body) {
    return probe.send(
        HttpRequest.newBuilder(server.uri().resolve(path)).PUT(BodyPublishers.ofString(body)));
  }

  private String raw(String jobId) {
    try (Socket socket = request(jobId)) {
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long[] millisToFirstByteAndToLast(String jobId) throws IOException {
    long start = System.nanoTime();
    try (Socket socket = request(jobId)) {
      InputStream in = socket.getInputStream();
      assertThat(in.read()).isEqualTo('H');
      long first = System.nanoTime();
      assertThat(in.readAllBytes()).isNotEmpty();
      return new long[] {(first - start) / 1_000_000, (System.nanoTime() - start) / 1_000_000};
    }
  }

  private Socket request(String jobId) throws IOException {
    return send("GET /v1/p/jobs/" + jobId + " HTTP/1.1");
  }
}
