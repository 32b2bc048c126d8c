package dev.imsbridge.ims;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.read.ListAppender;
import com.huaweicloud.sdk.core.auth.AKSKSigner;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.http.HttpMethod;
import com.huaweicloud.sdk.core.http.HttpRequest;
import dev.imsbridge.ims.Outcome.Answer;
import dev.imsbridge.ims.Outcome.Fault;
import dev.imsbridge.job.ProjectRef;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/**
 * Tests each kind of credentials against a server that checks them. No secret may become visible
 * outside.
 */
class AuthenticationTest {
  private static final String JOB = "ff8080814dbd65d7014dbe0d84db0013";
  private static final Secret SECRET_KEY = Secret.of("S3cretKey/of+mine");
  private static final Secret PASSWORD = Secret.of("hunter2-pässword");
  private static Vertx vertx;

  private final AtomicInteger jobCalls = new AtomicInteger();
  private final AtomicInteger issued = new AtomicInteger();
  private final List<String> seenOutside = new ArrayList<>();
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private volatile Predicate<HttpServerRequest> lettingIn = request -> true;
  private volatile boolean sessions = true;
  private volatile boolean iamRefuses;
  private volatile String utc = "Z";
  private Appender<ILoggingEvent> console;
  private Instant now = Instant.now();
  private HttpServer server;
  private ImsClient client;

  @BeforeAll
  static void startVertx() {
    vertx = Vertx.vertx();
  }

  @AfterAll
  static void stopVertx() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @BeforeEach
  void start() throws Exception {
    server = vertx.createHttpServer().requestHandler(this::serve);
    server
        .listen(0, "localhost")
        .toCompletionStage()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
    client = new ImsClient(vertx, ClientSettings.DEFAULTS, () -> now);
    logger("dev.imsbridge").setLevel(Level.TRACE);
    root().setLevel(Level.TRACE);
    log.start();
    console = root().getAppender("stderr");
    root().detachAppender(console);
    root().addAppender(log);
    LoggerFactory.getLogger(ImsClient.class).trace("the log is listened to");
  }

  @AfterEach
  void stop() throws Exception {
    root().detachAppender(log);
    root().addAppender(console);
    root().setLevel(Level.WARN);
    logger("dev.imsbridge").setLevel(Level.WARN);
    client.close();
    server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  @Test
  void shouldSignSoThatTheVendorsSignerAgrees() throws Exception {
    lettingIn = request -> signed(request, SECRET_KEY);

    assertThat(ask(accessKey(null))).isInstanceOf(Answer.class);
    assertThat(ask(accessKey(Secret.of("temporary-token")))).isInstanceOf(Answer.class);
    Fault wrongKey = (Fault) ask(new Credentials.AccessKey("AK1", Secret.of("wrong"), null));
    assertThat(wrongKey.kind()).isEqualTo(FaultKind.AUTH);
    assertThat(jobCalls).as("a key cannot be renewed").hasValue(3);
  }

  @Test
  void shouldSayWhenTheClocksDiffer() throws Exception {
    now = Instant.now().plus(Duration.ofMinutes(40));
    lettingIn = request -> false;

    assertThat(((Fault) ask(accessKey(null))).detail())
        .matches("the clocks differ by (39|40) minutes; HTTP 401, APIGW.0301: .*");
  }

  @Test
  void shouldGetATokenOnceForManyCalls() throws Exception {
    lettingIn = request -> ("token-" + issued.get()).equals(request.getHeader("X-Auth-Token"));
    List<CompletableFuture<Outcome>> outcomes = new ArrayList<>();
    Project project = project(password());
    for (int i = 0; i < 50; i++) {
      CompletableFuture<Outcome> outcome = new CompletableFuture<>();
      client.get(project, JOB, outcome::complete);
      outcomes.add(outcome);
    }

    for (CompletableFuture<Outcome> outcome : outcomes) {
      assertThat(outcome.get(40, TimeUnit.SECONDS)).isInstanceOf(Answer.class);
    }
    assertThat(issued).hasValue(1);
  }

  @Test
  void shouldRenewATokenThatDiedEarly() throws Exception {
    ask(password());
    lettingIn = request -> "token-2".equals(request.getHeader("X-Auth-Token"));

    assertThat(ask(password())).isInstanceOf(Answer.class);
    assertThat(issued).hasValue(2);
  }

  @Test
  void shouldRenewATokenBeforeItExpires() throws Exception {
    ask(password());
    now = now.plus(Duration.ofHours(23)).plus(Duration.ofMinutes(55));
    ask(password());
    lettingIn = request -> "token-2".equals(request.getHeader("X-Auth-Token"));

    assertThat(ask(password())).isInstanceOf(Answer.class);
    assertThat(issued).hasValue(2);
  }

  @Test
  void shouldReportARefusalAfterOneRenewalAndNotFlood() throws Exception {
    lettingIn = request -> false;

    for (int i = 0; i < 100; i++) {
      assertThat(((Fault) ask(password())).kind()).isEqualTo(FaultKind.AUTH);
    }

    assertThat(issued).hasValueLessThanOrEqualTo(2);
    assertThat(jobCalls).hasValueLessThanOrEqualTo(102);
    lettingIn = request -> true;
    assertThat(ask(password())).isInstanceOf(Answer.class);
  }

  @Test
  void shouldReportThatIamRefusesAndRecover() throws Exception {
    iamRefuses = true;

    Fault fault = (Fault) ask(password());

    assertThat(fault.kind()).isEqualTo(FaultKind.AUTH);
    assertThat(fault.detail())
        .startsWith("no credentials: IAM: HTTP 401, IAM.0101 The username or password")
        .contains("***");
    assertThat(jobCalls).hasValue(0);
    iamRefuses = false;
    now = now.plusSeconds(2);
    assertThat(ask(password())).isInstanceOf(Answer.class);
  }

  @Test
  void shouldTakeTheServersTemporaryKey() throws Exception {
    lettingIn =
        request ->
            signed(request, SECRET_KEY)
                && ("security-" + issued.get()).equals(request.getHeader("X-Security-Token"));

    assertThat(ask(metadata())).isInstanceOf(Answer.class);
    now = now.plus(Duration.ofHours(25));
    assertThat(ask(metadata())).isInstanceOf(Answer.class);
    assertThat(issued).hasValue(2);
  }

  /** An unknown time format must not leave a project without credentials. */
  @Test
  void shouldReadTheExpiryOfAKeyInAnotherForm() throws Exception {
    utc = "+0000";
    lettingIn = request -> request.getHeader("X-Security-Token") != null;
    assertThat(ask(metadata())).isInstanceOf(Answer.class);
  }

  @Test
  void shouldTakeTheServersTemporaryKeyFromAnOlderMetadataService() throws Exception {
    sessions = false;

    assertThat(ask(metadata())).isInstanceOf(Answer.class);
  }

  @Test
  void shouldNotShowASecretThatTheServerSendsBack() throws Exception {
    lettingIn = request -> true;
    for (String how : new String[] {"echo-400", "echo-401", "echo-200", "echo-404", "echo-500"}) {
      ask(new Credentials.Token(Secret.of("fixed-token")), how);
      ask(accessKey(Secret.of("security-token")), how);
      ask(accessKey(null), how);
      ask(password(), how);
      ask(metadata(), how);
    }

    assertThat(seenOutside).hasSizeGreaterThan(25);
    assertThat(String.join("\n", seenOutside))
        .as("good for a quarter of an hour")
        .contains("Signature=***")
        .doesNotContainPattern("[0-9a-f]{64}");
  }

  /** After each test: no outcome, no toString and no log line at any level contains a secret. */
  @AfterEach
  void shouldKeepSecrets() {
    for (ILoggingEvent event : List.copyOf(log.list)) {
      seenOutside.add(event.getFormattedMessage() + " " + event.getThrowableProxy());
    }
    for (Credentials each :
        new Credentials[] {
          accessKey(Secret.of("security-token")),
          password(),
          new Credentials.Token(Secret.of("fixed-token"))
        }) {
      seenOutside.add(project(each).toString());
    }
    seenOutside.add(
        new ClientSettings.Proxy("proxy", 3128, "user", Secret.of("fixed-token")).toString());
    assertThat(log.list).isNotEmpty();
    assertThat(String.join("\n", seenOutside))
        .doesNotContain(
            SECRET_KEY.reveal(),
            PASSWORD.reveal(),
            "fixed-token",
            "security-token",
            "temporary-token",
            "token-1",
            "token-2",
            "security-1",
            "security-2",
            "metadata-session");
  }

  private void serve(HttpServerRequest request) {
    if (request.path().equals("/v3/auth/tokens")) {
      request.bodyHandler(body -> issueToken(request, body.toString(UTF_8)));
    } else if (request.path().equals(MetadataIssuer.SESSION_PATH)) {
      boolean given = sessions && request.method().name().equals("PUT");
      request
          .response()
          .setStatusCode(given ? 200 : 404)
          .end(given ? "metadata-session" : "not here");
    } else if (request.path().equals(MetadataIssuer.KEY_PATH)) {
      issueKey(request);
    } else if (request.path().contains("/echo-")) {
      echo(request);
    } else {
      jobCalls.incrementAndGet();
      if (lettingIn.test(request)) {
        request.response().end("{\"job_id\":\"" + JOB + "\",\"status\":\"INIT\"}");
      } else {
        request
            .response()
            .setStatusCode(401)
            .putHeader("Date", rfc1123(Instant.now()))
            .end("{\"error_msg\":\"Incorrect IAM authentication\",\"error_code\":\"APIGW.0301\"}");
      }
    }
  }

  private void issueToken(HttpServerRequest request, String body) {
    if (iamRefuses || !body.contains(PASSWORD.reveal()) || !body.contains("\"id\":\"p1\"")) {
      request
          .response()
          .setStatusCode(401)
          .end(
              "{\"error\":{\"code\":\"IAM.0101\",\"message\":\"The username or password "
                  + PASSWORD.reveal()
                  + " is wrong\"}}");
      return;
    }
    request
        .response()
        .setStatusCode(201)
        .putHeader("X-Subject-Token", "token-" + issued.incrementAndGet())
        .end("{\"token\":{\"expires_at\":\"" + now.plus(Duration.ofHours(24)) + "\"}}");
  }

  private void issueKey(HttpServerRequest request) {
    if (sessions && !"metadata-session".equals(request.getHeader("X-Metadata-Token"))) {
      request.response().setStatusCode(401).end();
      return;
    }
    request
        .response()
        .end(
            "{\"credential\":{\"access\":\"AK1\",\"secret\":\""
                + SECRET_KEY.reveal()
                + "\",\"securitytoken\":\"security-"
                + issued.incrementAndGet()
                + "\",\"expires_at\":\""
                + now.plus(Duration.ofHours(24)).toString().replace("Z", utc)
                + "\"}}");
  }

  private static void echo(HttpServerRequest request) {
    String path = request.path();
    String token = request.getHeader("X-Auth-Token");
    String other = request.getHeader("X-Security-Token");
    String secret =
        token != null ? token : other != null ? other : request.getHeader("Authorization");
    request
        .response()
        .setStatusCode(Integer.parseInt(path.substring(path.length() - 3)))
        .putHeader("X-Request-Id", secret)
        .end("{\"error_msg\":\"not you, " + secret + "\",\"request_id\":\"" + secret + "\"}");
  }

  private static boolean signed(HttpServerRequest request, Secret secretKey) {
    HttpRequest.HttpRequestBuilder copy =
        HttpRequest.newBuilder()
            .withMethod(HttpMethod.GET)
            .withEndpoint("http://" + request.getHeader("Host"))
            .withPath(request.path());
    for (String name : new String[] {"X-Sdk-Date", "X-Project-Id", "X-Security-Token"}) {
      if (request.getHeader(name) != null) {
        copy.addHeader(name, request.getHeader(name));
      }
    }
    return AKSKSigner.getInstance()
        .sign(copy.build(), new BasicCredentials().withAk("AK1").withSk(secretKey.reveal()))
        .get("Authorization")
        .equals(request.getHeader("Authorization"));
  }

  private static String rfc1123(Instant at) {
    return java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(
        at.atOffset(java.time.ZoneOffset.UTC));
  }

  private Outcome ask(Credentials credentials) throws Exception {
    return ask(credentials, JOB);
  }

  private Outcome ask(Credentials credentials, String jobId) throws Exception {
    CompletableFuture<Outcome> told = new CompletableFuture<>();
    client.get(project(credentials), jobId, told::complete);
    Outcome outcome = told.get(40, TimeUnit.SECONDS);
    seenOutside.add(outcome + " " + outcome.response().requestId());
    if (outcome instanceof Fault fault && fault.body() != null) {
      seenOutside.add(new String(fault.body(), UTF_8));
    }
    return outcome;
  }

  private Project project(Credentials credentials) {
    return new Project(
        "test",
        new ProjectRef("here-1", "p1"),
        endpoint(),
        credentials,
        new BudgetSettings(100, 100, 10));
  }

  private Endpoint endpoint() {
    return Endpoint.of("http://localhost:" + server.actualPort());
  }

  private static Credentials accessKey(Secret securityToken) {
    return new Credentials.AccessKey("AK1", SECRET_KEY, securityToken);
  }

  private Credentials password() {
    return new Credentials.Password(endpoint(), "account", "user", PASSWORD);
  }

  private Credentials metadata() {
    return new Credentials.Metadata(endpoint());
  }

  private static Logger root() {
    return logger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }
}
