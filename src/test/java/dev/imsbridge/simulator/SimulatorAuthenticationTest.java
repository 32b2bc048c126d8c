package dev.imsbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.exception.ClientRequestException;
import com.huaweicloud.sdk.core.http.HttpConfig;
import com.huaweicloud.sdk.ims.v2.ImsClient;
import com.huaweicloud.sdk.ims.v2.model.ShowJobRequest;
import com.huaweicloud.sdk.ims.v2.model.ShowJobResponse;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Uses the vendor's own client, because the bridge's signer could share a mistake with the
 * simulator.
 */
class SimulatorAuthenticationTest {
  private static final String PROJECT = "ac234de25c6741d2b1273da49eea1b9e";
  private static final String LOGIN =
      """
      {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "ann",
       "password": "%s", "domain": {"name": "acme"}}}}, "scope": {"project": {"name": "eu-de"}}}}
      """;

  private final ManualClock clock = new ManualClock();
  private final HttpProbe probe = new HttpProbe();
  private SimulatorServer server;

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void shouldAcceptOnlyIssuedTokens() {
    start(clock, SimulatorAuth.token(new IamUser("acme", "ann", "secret")));

    HttpResponse<String> login = login("secret");

    assertThat(login.statusCode()).isEqualTo(201);
    String token = login.headers().firstValue("X-Subject-Token").orElseThrow();
    Instant expires = Instant.parse(HttpProbe.json(login).at("/token/expires_at").asText());
    assertThat(expires).isEqualTo(clock.instant().plus(Duration.ofHours(24)));
    assertThat(get("X-Auth-Token", token).statusCode()).isEqualTo(200);
    assertThat(get().body()).contains("APIGW.0301", "x-auth-token not found");
    assertThat(get("X-Auth-Token", "made-up").body()).contains("APIGW.0301");
    assertThat(server.stats().refused()).isEqualTo(2);
    assertThat(server.gets("a")).isOne();
  }

  /** Wrong credentials can be rehearsed only if no other way leads in. */
  @Test
  void shouldAcceptOnlyTheGivenTokensAndKeys() {
    start(
        InstantSource.system(),
        SimulatorAuth.only(
            List.of("first", "second"), List.of(AccessKey.permanent("AccessKey", "SecretKey"))));

    assertThat(get("X-Auth-Token", "first").statusCode()).isEqualTo(200);
    assertThat(get("X-Auth-Token", "second").statusCode()).isEqualTo(200);
    assertThat(get("X-Auth-Token", "third").statusCode()).isEqualTo(401);
    assertThat(get("X-Auth-Token", "third").body()).contains("APIGW.0301", "decrypt token fail");
    assertThat(get().statusCode()).isEqualTo(401);
    assertThat(login("x").statusCode()).isEqualTo(401);
    assertThat(
            client(permanent("SecretKey")).showJob(new ShowJobRequest().withJobId("a")).getJobId())
        .isEqualTo("a");
    assertThatThrownBy(
            () -> client(permanent("WrongKey")).showJob(new ShowJobRequest().withJobId("a")))
        .isInstanceOf(ClientRequestException.class)
        .hasMessageContaining("verify aksk signature fail");
  }

  @Test
  void shouldKeepGivenTokensForever() {
    start(clock, SimulatorAuth.only(List.of("first"), List.of()));
    clock.advance(Duration.ofDays(1_000));
    server.issueToken();
    assertThat(get("X-Auth-Token", "first").statusCode()).isEqualTo(200);
  }

  @Test
  void shouldRejectAWrongPasswordAndAnInvalidBody() {
    start(clock, SimulatorAuth.token(new IamUser("acme", "ann", "secret")));

    assertThat(login("guess").statusCode()).isEqualTo(401);
    assertThat(tokens("{}").statusCode()).isEqualTo(400);
    assertThat(tokens("nonsense").statusCode()).isEqualTo(400);
    assertThat(tokens("x".repeat(100_000)).statusCode()).isEqualTo(400);
  }

  /** The real service can invalidate a token before its announced expiry. */
  @Test
  void shouldExpireTokensBeforeTheAnnouncedTime() {
    start(clock, SimulatorAuth.token().withEarlyTokenExpiry(Duration.ofMinutes(5)));
    String token = login("x").headers().firstValue("X-Subject-Token").orElseThrow();

    assertThat(get("X-Auth-Token", token).statusCode()).isEqualTo(200);
    clock.advance(Duration.ofMinutes(5));

    HttpResponse<String> late = get("X-Auth-Token", token);
    assertThat(late.statusCode()).isEqualTo(401);
    assertThat(late.body()).contains("APIGW.0307");
    String renewed = login("x").headers().firstValue("X-Subject-Token").orElseThrow();
    assertThat(get("X-Auth-Token", renewed).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldRevokeTokensOnDemand() {
    start(clock, SimulatorAuth.token());
    String token = server.issueToken();
    assertThat(get("X-Auth-Token", token).statusCode()).isEqualTo(200);

    server.revokeTokens();

    assertThat(get("X-Auth-Token", token).body()).contains("APIGW.0307");
  }

  @Test
  void shouldFailLoginsOnDemand() {
    start(clock, SimulatorAuth.token());
    server.inject(ScriptedFault.of(FaultType.UNAVAILABLE).on(FaultTarget.TOKENS).times(1).build());

    assertThat(login("x").statusCode()).isEqualTo(503);
    assertThat(login("x").statusCode()).isEqualTo(201);
  }

  @Test
  void shouldAcceptSignaturesOfTheVendorsClient() {
    start(
        InstantSource.system(), SimulatorAuth.aksk(AccessKey.permanent("AccessKey", "SecretKey")));

    ImsClient client = client(permanent("SecretKey"));
    for (ExpectedJob job : server.catalogue().demo()) {
      ShowJobResponse answer = client.showJob(new ShowJobRequest().withJobId(job.jobId()));
      assertThat(answer.getJobId()).isEqualTo(job.jobId());
      assertThat(answer.getStatus()).isEqualTo(ShowJobResponse.StatusEnum.INIT);
    }
    ImsClient stranger = client(permanent("WrongKey"));
    assertThatThrownBy(() -> stranger.showJob(new ShowJobRequest().withJobId("a")))
        .isInstanceOfSatisfying(
            ClientRequestException.class,
            refused -> {
              assertThat(refused.getHttpStatusCode()).isEqualTo(401);
              assertThat(refused.getErrorCode()).isEqualTo("APIGW.0301");
            });
    assertThat(get().statusCode()).isEqualTo(401);
  }

  @Test
  void shouldAcceptTemporaryKeysWithTheirSecurityToken() {
    start(clock, SimulatorAuth.aksk().withTemporaryKeyLifetime(Duration.ofHours(1)));
    clock.set(Instant.now());
    JsonNode key =
        HttpProbe.json(probe.get(server.uri().resolve("/openstack/latest/securitykey")))
            .path("credential");
    String expires = key.path("expires_at").asText();
    assertThat(Instant.parse(expires))
        .isBetween(clock.instant().plusSeconds(3599), clock.instant().plusSeconds(3601));

    ImsClient client = client(temporary(key).withSecurityToken(key.path("securitytoken").asText()));
    ImsClient forgetful = client(temporary(key));

    assertThat(client.showJob(new ShowJobRequest().withJobId("a")).getJobId()).isEqualTo("a");
    assertThatThrownBy(() -> forgetful.showJob(new ShowJobRequest().withJobId("a")))
        .isInstanceOf(ClientRequestException.class);
  }

  private static BasicCredentials permanent(String secret) {
    return new BasicCredentials().withAk("AccessKey").withSk(secret).withProjectId(PROJECT);
  }

  private static BasicCredentials temporary(JsonNode key) {
    return new BasicCredentials()
        .withAk(key.path("access").asText())
        .withSk(key.path("secret").asText())
        .withProjectId(PROJECT);
  }

  private ImsClient client(BasicCredentials credentials) {
    return ImsClient.newBuilder()
        .withCredential(credentials)
        .withHttpConfig(HttpConfig.getDefaultHttpConfig())
        .withEndpoints(List.of(server.uri().toString()))
        .build();
  }

  private void start(InstantSource time, SimulatorAuth auth) {
    server = SimulatorServer.start(SimulatorOptions.defaults().withClock(time).withAuth(auth));
  }

  private HttpResponse<String> login(String password) {
    return tokens(LOGIN.formatted(password));
  }

  private HttpResponse<String> tokens(String body) {
    return probe.post(server.uri().resolve("/v3/auth/tokens"), body);
  }

  private HttpResponse<String> get(String... headers) {
    return probe.get(server.uri().resolve("/v1/" + PROJECT + "/jobs/a"), headers);
  }
}
