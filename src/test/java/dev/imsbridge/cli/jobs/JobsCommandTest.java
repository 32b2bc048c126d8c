package dev.imsbridge.cli.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.imsbridge.cli.InProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Uses responses as the HTTP contract defines them. */
class JobsCommandTest {
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<String> pages = new ConcurrentLinkedQueue<>();
  private volatile int status = 200;
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(URLDecoder.decode(exchange.getRequestURI().toString(), UTF_8));
    byte[] body = pages.remove().getBytes(UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String page(String next, boolean partial, String... jobs) {
    return "{\"jobs\": [%s], \"next_cursor\": %s, \"partial\": %s}"
        .formatted(String.join(",", jobs), next == null ? null : '"' + next + '"', partial);
  }

  private static String job(String id, String end) {
    return """
    {"job_id": "%s", "job_type": "imsImportImageJob", "status": "%s",
     "changed_at": "2024-11-06T06:00:00.000Z", "fault": null, "labels": {"order": "4711"},
     "error_code": "IMG.0020", "fail_reason": "no\\u001b[2J disk", "image_ids": ["image-1"]}\
    """
        .formatted(id, end);
  }

  private InProcess jobs(String... arguments) {
    String[] all = new String[arguments.length + 3];
    all[0] = "jobs";
    all[1] = "--url";
    all[2] = "http://127.0.0.1:" + server.getAddress().getPort();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return InProcess.run(Map.of(), all);
  }

  @Test
  void shouldPassEachFilterOn() {
    pages.add(page(null, false));

    InProcess listed =
        jobs(
            ("--state ended --status FAIL --outcome FAILED --type T --project p --region r"
                    + " --label order=4 --image i --since 2024-11-06T00:00:00Z"
                    + " --until 2024-11-07T00:00:00Z --limit 7")
                .split(" "));

    assertThat(listed.exitCode()).as(listed.err()).isZero();
    assertThat(listed.err()).isEqualTo("imsbridge: no job matches\n");
    assertThat(asked)
        .containsExactly(
            "/api/v1/jobs?limit=7&image=i&label=order=4&outcome=FAILED&project=p&region=r"
                + "&since=2024-11-06T00:00:00Z&state=ended&status=FAIL&type=T"
                + "&until=2024-11-07T00:00:00Z");
  }

  /** A page may be empty although there are more jobs. */
  @Test
  void shouldReadPagesUntilTheLimit() {
    pages.addAll(
        List.of(
            page("a", false, job("a", "SUCCESS")),
            page("b", true),
            page("d", false, job("c", "FAIL"), job("d", "INIT"))));

    InProcess listed = jobs("--output", "ids", "--limit", "3");

    assertThat(listed.out()).isEqualTo("a\nc\nd\n");
    assertThat(asked)
        .containsExactly(
            "/api/v1/jobs?limit=3",
            "/api/v1/jobs?limit=2&cursor=a",
            "/api/v1/jobs?limit=2&cursor=b");
    assertThat(listed.err()).contains("incomplete: ").contains("raise --limit");
  }

  @Test
  void shouldPrintATableWithoutControlCharacters() {
    pages.add(page(null, false, job("a", "SUCCESS"), job("b", "FAIL")));

    InProcess listed = jobs();

    assertThat(listed.out().lines().map(line -> line.replaceAll(" {2,}", "|")))
        .element(0)
        .isEqualTo("JOB|TYPE|STATUS|CHANGED|LABELS|RESULT");
    assertThat(listed.out())
        .containsPattern(
            "a +imsImportImageJob +SUCCESS +2024-11-0. \\S+ +order=4711 +image image-1")
        .containsPattern("b +imsImportImageJob +FAIL .*IMG.0020: no \\[2J disk")
        .doesNotContain("\u001b");
    assertThat(listed.err()).isEmpty();
  }

  @Test
  void shouldSayWhenAnOpenJobWillEnd() {
    String open =
        job("a", "RUNNING")
            .replaceFirst("\"image_ids.*", "")
            .concat(
                "\"forecast\": {\"elapsed_ms\": 60000, \"progress\": 0.25, \"overlong\": true}}");
    pages.addAll(List.of(page(null, false, open), page(null, false, open)));

    assertThat(jobs().out()).contains("  after 1m00s: 25%, overlong").doesNotContain("[#");
    assertThat(jobs("--json").out()).contains("\"forecast\":{\"elapsed_ms\":60000,");
  }

  @Test
  void shouldPrintOneObjectPerLine() {
    pages.addAll(List.of(page(null, false, job("a", "FAIL")), page(null, false, job("a", "FAIL"))));

    assertThat(jobs("--json").out()).startsWith("{\"job_id\":\"a\"").hasLineCount(1);
    assertThat(jobs("--output", "JSON").out()).startsWith("{\"job_id\":\"a\"").hasLineCount(1);
  }

  @Test
  void shouldBlameTheUserForAFilterThatTheBridgeRefuses() {
    status = 400;
    pages.add("{\"detail\": \"state: open or ended\"}");

    InProcess refused = jobs("--state", "gone");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("rejects the query: state: open or ended").hasLineCount(1);
  }
}
