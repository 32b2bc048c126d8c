package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uses responses as the HTTP contract defines them. */
class StatusCommandTest {
  private static final String STATUS =
      """
      {"instances": [
        {"instance": "one:8080", "started_at": "2024-11-06T06:00:00.000Z", "version": "0.1.0",
         "ready": true, "parts": {"kafka": true}, "streams_state": "RUNNING",
         "partitions": [0, 1, 2, 5], "dead_letters": {"AnswerRefused": 1, "RequestRefused": 25},
         "poller": {"open_watches": 3, "parked": 0, "in_flight": 1, "polls": {"answer": 7},
           "projects": [{"name": "default", "project_id": "p1", "region": "cn-north-4",
             "waiting": 2, "overdue_ms": 1500, "in_flight": 1, "calls_per_second": 2.5,
             "throttled": true, "credentials_refused": false, "endpoint_down": false,
             "paused": {"since": "2024-11-06T06:00:01.000Z", "via": "cli", "by": "ops",
               "reason": "no\\u001b[2J disk"}}],
           "types": [
             {"job_type": "imsImportImageJob", "watches": 2,
              "oldest_opened_at": "2024-11-06T06:00:05.000Z",
              "next_poll_at": "2999-11-06T06:00:00.000Z", "faulty": 1},
             {"job_type": null, "watches": 1, "oldest_opened_at": "2024-11-06T06:00:06.000Z",
              "next_poll_at": null, "faulty": 0}]}},
        {"instance": "two:8080", "started_at": "2024-11-06T06:00:00.000Z", "version": "0.1.0",
         "ready": false, "parts": {"kafka": true, "topology": false}, "streams_state": "REBALANCING",
         "partitions": [], "dead_letters": {},
         "poller": {"open_watches": 1, "parked": 0, "in_flight": 0, "polls": {},
           "projects": [{"name": "default", "project_id": "p1", "region": "cn-north-4",
             "waiting": 1, "overdue_ms": 0, "in_flight": 0, "calls_per_second": 2.5,
             "throttled": false, "credentials_refused": false, "endpoint_down": true,
             "outage": {"since": "2024-11-06T06:00:02.000Z", "failures": 41, "fault": "transient",
               "detail": "connection refused"}}],
           "types": [{"job_type": "imsImportImageJob", "watches": 5,
             "oldest_opened_at": "2024-11-06T06:00:01.000Z",
             "next_poll_at": "2999-11-06T06:00:00.000Z", "faulty": 0}]}}],
       "partial": true}\
      """;

  private final Map<String, String> environment = new HashMap<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final Map<String, String> answers = new HashMap<>();
  private volatile int code = 200;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    answers.put("/api/v1/status", STATUS);
    answers.put("/api/v1/jobs?limit=500", page(job("done-1", "SUCCESS", 1, null), "next"));
    answers.put(
        "/api/v1/jobs?limit=500&cursor=next",
        page(
            String.join(
                ",",
                job("done-2", "FAIL", 2, null),
                job("stuck", "RUNNING", 0, "\"throttled\""),
                forecast("slow", "\"2999-01-01T00:00:00.000Z\"", false),
                forecast("next", "\"2024-11-06T06:00:00.000Z\"", false),
                forecast("endless", null, true)),
            null));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestURI() + " " + exchange.getRequestHeaders().get("Authorization"));
    String body = answers.getOrDefault(exchange.getRequestURI().toString(), "<html>");
    exchange.sendResponseHeaders(code, body.getBytes(UTF_8).length);
    exchange.getResponseBody().write(body.getBytes(UTF_8));
    exchange.close();
  }

  private static String page(String jobs, String next) {
    return "{\"jobs\": [%s], \"next_cursor\": %s, \"partial\": false, \"missing_partitions\": []}"
        .formatted(jobs, next == null ? null : "\"" + next + "\"");
  }

  private static String job(String id, String status, int minute, String fault) {
    boolean ended = minute > 0;
    return """
    {"job_id": "%s", "job_type": "imsImportImageJob", "status": "%s", "outcome": %s,
     "requested_at": "2024-11-06T06:00:00.000Z", "ended_at": %s, "fault": %s,
     "error_code": "IMG.0020", "fail_reason": "no\\u001b[2J disk", "image_ids": ["image-1"]}\
    """
        .formatted(
            id,
            status,
            ended ? "\"X\"" : null,
            ended ? "\"2024-11-06T06:%02d:00.000Z\"".formatted(minute) : null,
            fault);
  }

  private static String forecast(String id, String end, boolean overlong) {
    return job(id, "RUNNING", 0, null)
        .replaceFirst(
            "}$",
            """
            , "forecast": {"elapsed_ms": 60000, "expected_end_at": %s, "overlong": %s}}\
            """
                .formatted(end, overlong));
  }

  private InProcess status(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "status";
    all[1] = "--url";
    all[2] = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return InProcess.run(environment, all);
  }

  @Test
  void shouldSumUpOverAllInstances() {
    InProcess told = status();

    assertThat(told.exitCode()).as(told.err()).isZero();
    assertThat(told.out().lines().map(line -> line.strip().replaceAll(" {2,}", " | ")))
        .anyMatch(
            line -> line.matches("one:8080 \\| ready \\| .* \\| 3 \\| 1 \\| 0-2, 5 \\| 0.1.0"))
        .anyMatch(line -> line.contains("two:8080 | not ready: topology"))
        .contains("Not every instance answered.")
        .anyMatch(
            line ->
                line.matches(
                    "default \\| cn-north-4 \\| p1 \\| 3 \\| 1.5 s \\| 1 \\| 5.0 \\| paused since"
                        + " 2024-11-06 \\S+ by ops \\(cli\\): no \\[2J disk, throttled, endpoint down, no answer for \\d+h\\d\\dm, since 2024-11-06 \\S+:"
                        + " transient, connection refused"))
        .anyMatch(line -> line.matches("imsImportImageJob \\| 7 \\| \\d+h\\d\\dm \\| in .* \\| 1"))
        .anyMatch(line -> line.startsWith("(not known yet) | 1 | "));
  }

  @Test
  void shouldNameJobsInTroubleAndThoseThatEndedLast() {
    String told = status().out();

    assertThat(told).containsSubsequence("IN TROUBLE", "stuck", "throttled", "ENDED LAST");
    assertThat(told).containsSubsequence("ENDED LAST", "done-2", "FAIL", "IMG.0020: no", "done-1");
    assertThat(told).containsSubsequence("done-1", "SUCCESS", "image image-1");
    assertThat(told).doesNotContain("\u001b").doesNotContain("Not all jobs");
  }

  @Test
  void shouldNameTheJobsThatEndNextAndThoseThatRunTooLong() throws Exception {
    InProcess told = status();
    assertThat(told.out().lines().map(line -> line.strip().replaceAll(" {2,}", " | ")))
        .containsSubsequence(
            "ENDS NEXT | TYPE | STATUS | PROGRESS",
            "endless | imsImportImageJob | RUNNING | after 1m00s, overlong",
            "next | imsImportImageJob | RUNNING | after 1m00s: ~99%, ends now")
        .anyMatch(line -> line.startsWith("slow | imsImportImageJob | RUNNING | after 1m00s: ~0%"));
    assertThat(told.out()).containsSubsequence("\nnext ", "\nslow ", "\nstuck ", "ENDED LAST");

    JsonNode json = new ObjectMapper().readTree(status("--output", "json").out());
    assertThat(json.path("open").findValuesAsText("job_id"))
        .containsExactly("endless", "next", "slow", "stuck");
    assertThat(json.at("/open/0/forecast/overlong").asBoolean()).isTrue();
  }

  @Test
  void shouldSayHowManyDeadLettersThereAreWhereThereAreAny() {
    String told = status().out();
    assertThat(told)
        .contains(
            "one:8080 wrote dead letters since its start: 1 AnswerRefused, 25 RequestRefused.")
        .doesNotContain("two:8080 wrote");
  }

  @Test
  void shouldPrintJson() throws Exception {
    InProcess told = status("--json");

    JsonNode json = new ObjectMapper().readTree(told.out());
    assertThat(told.out().lines()).hasSize(1);
    assertThat(json.at("/status/instances/0/instance").asText()).isEqualTo("one:8080");
    assertThat(json.at("/faulty/0/job_id").asText()).isEqualTo("stuck");
    assertThat(json.at("/ended/0/job_id").asText()).isEqualTo("done-2");
    assertThat(json.path("complete").asBoolean()).isTrue();
  }

  @Test
  void shouldShowItsToken() {
    environment.put("IMSBRIDGE_HTTP_AUTH_TOKEN", "a-secret");
    status();
    assertThat(asked).isNotEmpty().allMatch(each -> each.endsWith("[Bearer a-secret]"));
  }

  @Test
  void shouldStillTellOfInstancesWhenJobsCannotBeAskedFor() {
    answers.remove("/api/v1/jobs?limit=500");

    InProcess told = status();

    assertThat(told.exitCode()).isZero();
    assertThat(told.out()).contains("one:8080").contains("Jobs: the server at");
  }

  @Test
  void shouldSayInOneLineThatNoBridgeAnswers() {
    server.stop(0);
    complains("no bridge answers at http://127.0.0.1:", "--url");
  }

  @Test
  void shouldSayWhatIsMissingWhenTheTokenIs() {
    code = 401;
    complains("requires a token", "http.auth.token");
  }

  @Test
  void shouldNotTakeAnyServerForABridge() {
    answers.clear();
    complains("is not a bridge");
    answers.put("/api/v1/status", "{\"detail\": \"it moves\"}");
    code = 503;
    complains("answers 503: it moves");
  }

  private void complains(String... words) {
    InProcess told = status();
    assertThat(told.exitCode()).isEqualTo(1);
    assertThat(told.out()).isEmpty();
    assertThat(told.err().lines()).hasSize(1);
    assertThat(told.err()).contains(words);
  }
}
