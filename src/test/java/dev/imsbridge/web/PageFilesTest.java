package dev.imsbridge.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page is readable without a token, so the server must serve its files and no others. */
class PageFilesTest {
  private static final Path FOLDER = Path.of("src/main/resources/dev/imsbridge/web/page");

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static StandIn server;

  @BeforeAll
  static void start() {
    server = StandIn.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void shouldServeEveryFileThereIs() throws Exception {
    try (Stream<Path> files = Files.walk(FOLDER).filter(Files::isRegularFile)) {
      assertThat(files.map(file -> FOLDER.relativize(file).toString()))
          .containsExactlyInAnyOrderElementsOf(PageFiles.NAMES);
    }
    for (String name : PageFiles.NAMES) {
      String path = name.equals(PageFiles.INDEX) ? "/" : "/page/" + name;
      assertThat(get(path).body()).isEqualTo(Files.readString(FOLDER.resolve(name)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/, text/html; charset=utf-8",
    "/page/app.js, text/javascript; charset=utf-8",
    "/page/style.css, text/css; charset=utf-8",
    "/page/icon.svg, image/svg+xml"
  })
  void shouldSayWhatEachFileIsAndWhatItMayDo(String path, String type) throws Exception {
    HttpResponse<String> response = get(path);

    assertThat(response.headers().map())
        .extracting("content-type", "x-content-type-options")
        .asString()
        .contains(type, "nosniff");
    assertThat(response.headers().firstValue("content-security-policy"))
        .hasValueSatisfying(
            policy ->
                assertThat(policy)
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe", "*"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/page/",
        "/page",
        "/page/index.html",
        "/page/none.js",
        "/page/../PageFiles.class",
        "/page/%2e%2e/PageFiles.class",
        "/page/..%2fPageFiles.class",
        "/page//etc/passwd",
        "/page/app.js%00.css",
        "/PageFiles.class"
      })
  void shouldServeNothingElse(String path) throws Exception {
    assertThat(get(path).statusCode()).isBetween(400, 404);
  }

  @Test
  void shouldNotSendAgainWhatTheBrowserHas() throws Exception {
    String tag = get("/page/app.js").headers().firstValue("etag").orElseThrow();

    HttpResponse<String> known = get("/page/app.js", "if-none-match", tag);
    HttpResponse<String> other = get("/page/app.js", "if-none-match", "\"old\"");

    assertThat(known.statusCode()).isEqualTo(304);
    assertThat(known.body()).isEmpty();
    assertThat(other.statusCode()).isEqualTo(200);
  }

  @Test
  void shouldNameNoOtherServer() throws Exception {
    for (String name : PageFiles.NAMES) {
      assertThat(Files.readString(FOLDER.resolve(name)).replace("http://www.w3.org/2000/svg", ""))
          .as(name)
          .doesNotContain(
              "http://", "https://", "innerHTML", "outerHTML", "eval(", "document.write")
          .doesNotContain("insertAdjacentHTML", "style=");
    }
  }

  private static HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.uri() + path)).timeout(Duration.ofSeconds(10));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
