package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.ConfiguredProjects;
import dev.imsbridge.config.Keys;
import dev.imsbridge.ims.ClientSettings;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Project;
import dev.imsbridge.ims.Secret;
import dev.imsbridge.terminal.CommandFailure;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Protects the credentials of one project from the host of another. Tests each combination of
 * common and own credentials against one server per host, which records all bytes it receives.
 */
class ProjectCredentialsTest {

  /** The common credentials. Each value contains {@code common-}. */
  enum Common {
    NOTHING,
    TOKEN("ims.auth.token=common-token"),
    TOKEN_BY_MODE("ims.auth=token", "ims.auth.token=common-token"),
    KEY("ims.auth.ak=common-ak", "ims.auth.sk=common-sk"),
    TEMPORARY_KEY(
        "ims.auth.ak=common-ak", "ims.auth.sk=common-sk", "ims.auth.security.token=common-st"),
    USER("ims.auth.domain=common-d", "ims.auth.user=common-u", "ims.auth.password=common-p"),
    EVERYTHING(
        "ims.auth.token=common-token",
        "ims.auth.ak=common-ak",
        "ims.auth.sk=common-sk",
        "ims.auth.security.token=common-st",
        "ims.auth.domain=common-d",
        "ims.auth.user=common-u",
        "ims.auth.password=common-p"),
    SDK_KEY,
    PROFILE;

    final List<String> settings;

    Common(String... settings) {
      this.settings = List.of(settings);
    }
  }

  /** The credentials of project b. Each value contains {@code own-}. */
  enum Own {
    NONE("auth=none"),
    AUTO("auth=auto"),
    TOKEN("auth.token=own-token"),
    KEY("auth.ak=own-ak", "auth.sk=own-sk"),
    TEMPORARY_KEY("auth.ak=own-ak", "auth.sk=own-sk", "auth.security.token=own-st"),
    USER("auth.domain=own-d", "auth.user=own-u", "auth.password=own-p", "auth.iam.endpoint=IAM"),
    TOKEN_BY_MODE("auth=token", "auth.token=own-token"),
    KEY_BY_MODE("auth=aksk", "auth.ak=own-ak", "auth.sk=own-sk"),
    MISSING_PROFILE("auth.profile=/none/at/all");

    final List<String> settings;

    Own(String... settings) {
      this.settings = List.of(settings);
    }
  }

  @TempDir Path directory;
  private final Vertx vertx = Vertx.vertx();
  private final List<String> assignments = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, HttpServer> servers = new HashMap<>();
  private final Map<String, Queue<String>> sent = new HashMap<>();

  @BeforeEach
  void serve() throws Exception {
    for (String host : List.of("ims-a", "iam-a", "ims-b", "iam-b")) {
      Queue<String> received = new ConcurrentLinkedQueue<>();
      sent.put(host, received);
      servers.put(
          host,
          vertx
              .createHttpServer()
              .requestHandler(
                  request ->
                      request
                          .body()
                          .onSuccess(
                              body -> {
                                received.add(request.uri() + "\n" + request.headers() + body);
                                request
                                    .response()
                                    .setStatusCode(host.startsWith("iam") ? 201 : 404)
                                    .putHeader("X-Subject-Token", "issued-by-" + host)
                                    .end("{}");
                              }))
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS));
    }
    set(
        "ims.project.id=a",
        "ims.endpoint=" + url("ims-a"),
        "ims.auth.iam.endpoint=" + url("iam-a"));
    set("ims.projects.b.project.id=b", "ims.projects.b.endpoint=" + url("ims-b"));
    set("ims.auth.profile=" + directory.resolve("none"));
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private String url(String host) {
    return "http://127.0.0.1:" + servers.get(host).actualPort();
  }

  private void set(String... settings) {
    assignments.addAll(List.of(settings));
  }

  private void common(Common common) throws IOException {
    assignments.addAll(common.settings);
    if (common == Common.SDK_KEY) {
      environment.put("HUAWEICLOUD_SDK_AK", "common-ak");
      environment.put("HUAWEICLOUD_SDK_SK", "common-sk");
      environment.put("HUAWEICLOUD_SDK_SECURITY_TOKEN", "common-st");
    }
    if (common == Common.PROFILE) {
      Path profile = directory.resolve("credentials");
      Files.writeString(profile, "[basic]\nak=common-ak\nsk=common-sk\nsecurity_token=common-st\n");
      set("ims.auth.profile=" + profile);
    }
  }

  private void own(String... settings) {
    for (String setting : settings) {
      set("ims.projects.b." + setting.replace("=IAM", "=" + url("iam-b")));
    }
  }

  private List<Project> projects() {
    return new ConfiguredProjects(BridgeConfig.load(null, environment, assignments)).all();
  }

  private Credentials ofB() {
    return projects().get(1).credentials();
  }

  private void askBoth() throws Exception {
    try (ImsClient client = new ImsClient(vertx, ClientSettings.DEFAULTS, InstantSource.system())) {
      for (Project project : projects()) {
        CompletableFuture<Object> outcome = new CompletableFuture<>();
        client.get(project, "job", outcome::complete);
        outcome.get(30, TimeUnit.SECONDS);
      }
    }
  }

  static Stream<Arguments> combinations() {
    return Stream.of(Common.values())
        .flatMap(common -> Stream.of(Own.values()).map(own -> arguments(common, own)));
  }

  @ParameterizedTest
  @MethodSource("combinations")
  void shouldSendEachHostTheCredentialsOfItsProjectOnly(Common common, Own own) throws Exception {
    common(common);
    own(own.settings.toArray(String[]::new));

    askBoth();

    assertThat(sent.get("ims-a")).isNotEmpty().noneMatch(text -> text.contains("own-"));
    assertThat(sent.get("iam-a")).noneMatch(text -> text.contains("own-"));
    assertThat(sent.get("ims-b")).isNotEmpty().noneMatch(text -> text.contains("common-"));
    assertThat(sent.get("iam-b")).noneMatch(text -> text.contains("common-"));
    assertThat(sent.get("ims-b")).noneMatch(text -> text.contains("issued-by-iam-a"));
    assertThat(String.join("", sent.get("ims-b")).contains("X-Security-Token"))
        .isEqualTo(own == Own.TEMPORARY_KEY);
    String expected =
        switch (own) {
          case NONE, AUTO, MISSING_PROFILE -> "";
          case TOKEN, TOKEN_BY_MODE -> "own-token";
          case KEY, TEMPORARY_KEY, KEY_BY_MODE -> "Access=own-ak,";
          case USER -> "issued-by-iam-b";
        };
    assertThat(sent.get("ims-b")).allMatch(text -> text.contains(expected));
    assertThat(sent.get("iam-b").isEmpty()).isEqualTo(own != Own.USER);
  }

  /** Secret keys are not sent, so one from another scope would only show in the settings. */
  @ParameterizedTest
  @EnumSource(Common.class)
  void shouldTakeIdSecretAndSecurityTokenFromOneScope(Common common) throws Exception {
    common(common);
    own("auth.ak=own-ak", "auth.sk=own-sk");
    assertThat(ofB()).isEqualTo(new Credentials.AccessKey("own-ak", Secret.of("own-sk"), null));
  }

  @ParameterizedTest
  @EnumSource(value = Common.class, names = "NOTHING", mode = EnumSource.Mode.EXCLUDE)
  void shouldInheritTheWholeSetWithoutAnyOfItsOwn(Common common) throws Exception {
    common(common);
    List<Project> both = projects();
    assertThat(both.get(1).credentials())
        .isEqualTo(both.get(0).credentials())
        .isNotInstanceOf(Credentials.None.class);
  }

  /** An incomplete set is an error, which common settings must not hide. */
  static Stream<Arguments> parts() {
    Map<String, String> missing =
        Map.of(
            "auth.ak=own", "auth.sk",
            "auth.sk=own", "auth.ak",
            "auth.security.token=own", "auth.ak",
            "auth.user=own", "auth.iam.endpoint",
            "auth.password=own", "auth.iam.endpoint",
            "auth.domain=own", "auth.iam.endpoint",
            "auth.iam.endpoint=IAM", "auth.domain",
            "auth=token", "auth.token",
            "auth=aksk", "auth.ak",
            "auth=password", "auth.iam.endpoint");
    return Stream.of(Common.values())
        .flatMap(
            common ->
                missing.entrySet().stream()
                    .map(each -> arguments(common, each.getKey(), each.getValue())));
  }

  @ParameterizedTest
  @MethodSource("parts")
  void shouldNotCompleteAPartOfASetWithCommonSettings(Common common, String part, String missing)
      throws Exception {
    common(common);
    own(part);
    assertThatThrownBy(this::projects)
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("ims.projects.b." + missing + " is missing")
        .hasMessageContaining("inherits none");
  }

  @Test
  void shouldExchangeAnOwnUsersPasswordInTheProjectsOwnRegion() {
    set("ims.region=cn-north-4");
    own("region=eu-west-0", "endpoint=https://ims.example.com");
    own("auth.domain=own-d", "auth.user=own-u", "auth.password=own-p");
    assertThat(ofB())
        .isInstanceOfSatisfying(
            Credentials.Password.class,
            user -> assertThat(user.iam().host()).isEqualTo("iam.eu-west-0.myhuaweicloud.com"));
  }

  @Test
  void shouldReadAProfileOfItsOwn() throws IOException {
    Path profile = directory.resolve("of-b");
    Files.writeString(profile, "\ufeff[basic]\nak=own-ak\nsk=own-sk\n", UTF_8);
    set("ims.auth.token=common-token");
    own("auth.profile=" + profile);
    assertThat(ofB())
        .isInstanceOfSatisfying(
            Credentials.AccessKey.class, key -> assertThat(key.id()).isEqualTo("own-ak"));
    Files.writeString(profile, "[basic]\nak=own-ak\n", UTF_8);
    assertThatThrownBy(this::projects).hasMessageContaining("ims.projects.b.auth.profile: ");
  }

  static Stream<Set<String>> partsOfAKey() {
    return Stream.of(
        Set.of("ims.auth.ak=common-ak", "ims.auth.sk=common-sk"),
        Set.of(
            "ims.auth.ak=common-ak", "ims.auth.sk=common-sk", "ims.auth.security.token=common-st"));
  }

  /** The SDK's variables are often set for other programs. */
  @ParameterizedTest
  @MethodSource("partsOfAKey")
  void shouldNotMixTheSdksKeyWithTheBridgesOwn(Set<String> settings) throws IOException {
    environment.put("HUAWEICLOUD_SDK_AK", "sdk-ak");
    environment.put("HUAWEICLOUD_SDK_SK", "sdk-sk");
    if (settings.size() == 2) {
      environment.put("HUAWEICLOUD_SDK_SECURITY_TOKEN", "sdk-st");
    }
    Path file = Files.writeString(directory.resolve("file"), String.join("\n", settings));

    BridgeConfig byFile = BridgeConfig.load(file, environment, assignments);
    assignments.addAll(settings);
    BridgeConfig bySet = BridgeConfig.load(null, environment, assignments);

    for (BridgeConfig config : List.of(byFile, bySet)) {
      assertThat(config.getString(Keys.IMS_AK)).isEqualTo("common-ak");
      assertThat(config.getPassword(Keys.IMS_SK).value()).isEqualTo("common-sk");
      assertThat(config.given(Keys.IMS_SECURITY_TOKEN)).isEqualTo(settings.size() == 3);
    }
  }
}
