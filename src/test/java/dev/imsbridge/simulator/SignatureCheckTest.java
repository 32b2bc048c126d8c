package dev.imsbridge.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.huaweicloud.sdk.core.auth.AKSKSigner;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.http.HttpMethod;
import com.huaweicloud.sdk.core.http.HttpRequest;
import dev.imsbridge.simulator.SignatureCheck.Signed;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with signatures of the vendor's signer and of its documentation. */
class SignatureCheckTest {
  private static final String HOST = "ims.cn-north-4.myhuaweicloud.com";
  private static final String PROJECT = "ac234de25c6741d2b1273da49eea1b9e";
  private static final String PATH = "/v1/" + PROJECT + "/jobs/ff8080814dbd65d7014dbe0d84db0013";
  private static final String GOLDEN =
      "10ef0cdcaf3544891a8612f501236c884a36dae19782bb0dff42a6aac1a32d33";

  private final ManualClock clock = new ManualClock();
  private final SimulatorAuth auth =
      SimulatorAuth.aksk(AccessKey.permanent("AccessKey", "SecretKey"));
  private final IssuedCredentials credentials = new IssuedCredentials(1, auth, clock);
  private final SignatureCheck check = new SignatureCheck(credentials, clock);

  @Test
  void shouldAcceptAKnownGoodSignature() {
    clock.set(Instant.parse("2019-11-15T03:36:55Z"));

    assertThat(check.reject(golden(GOLDEN, PATH))).isEmpty();
  }

  @Test
  void shouldRejectAnotherSignatureAndAnotherPath() {
    clock.set(Instant.parse("2019-11-15T03:36:55Z"));

    assertThat(check.reject(golden("0" + GOLDEN.substring(1), PATH)))
        .contains("verify aksk signature fail");
    assertThat(check.reject(golden(GOLDEN, PATH + "x"))).contains("verify aksk signature fail");
  }

  @Test
  void shouldAcceptAClockSkewOfFifteenMinutes() {
    Instant signed = Instant.parse("2019-11-15T03:36:55Z");
    for (Duration skew : new Duration[] {Duration.ofMinutes(15), Duration.ofMinutes(-15)}) {
      clock.set(signed.plus(skew));
      assertThat(check.reject(golden(GOLDEN, PATH))).isEmpty();
      clock.set(signed.plus(skew).plusSeconds(skew.isNegative() ? -1 : 1));
      assertThat(check.reject(golden(GOLDEN, PATH)).orElse("")).contains("expired");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a=1",
        "b=2&a=1&a=0",
        "empty=",
        "name=caf%C3%A9%20au%20lait&plus=1%2B1",
        "limit=10&marker=a~b_c.d-e"
      })
  void shouldAcceptSignaturesOfTheVendorsSigner(String query) {
    clock.set(Instant.now());

    assertThat(check.reject(signedByVendor(query, "AccessKey", "SecretKey", null))).isEmpty();
    assertThat(check.reject(signedByVendor(query, "AccessKey", "Wrong", null)))
        .contains("verify aksk signature fail");
  }

  @Test
  void shouldRequireTheSecurityTokenOfATemporaryKey() {
    clock.set(Instant.now());
    AccessKey key = credentials.issueKey().key();

    assertThat(check.reject(signedByVendor("", key.access(), key.secret(), key.securityToken())))
        .isEmpty();
    assertThat(check.reject(signedByVendor("", key.access(), key.secret(), null)))
        .contains("x-security-token is missing or wrong");
    clock.advance(Duration.ofHours(6));
    assertThat(check.reject(signedByVendor("", key.access(), key.secret(), key.securityToken())))
        .isPresent();
  }

  @Test
  void shouldNameTheMissingHeader() {
    Signed bare = new Signed("GET", PATH, null, name -> null);
    Signed foreign =
        new Signed("GET", PATH, null, name -> name.equals("Authorization") ? "Basic x" : null);

    assertThat(check.reject(bare)).contains("authorization header not found");
    assertThat(check.reject(foreign)).contains("authorization header format is wrong");
  }

  private static Signed golden(String signature, String path) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("Host", HOST);
    headers.put("X-Project-Id", PROJECT);
    headers.put("X-Sdk-Date", "20191115T033655Z");
    headers.put(
        "Authorization",
        "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=host;x-project-id;x-sdk-date, Signature="
            + signature);
    return new Signed("GET", path, null, headers::get);
  }

  private static Signed signedByVendor(String query, String access, String secret, String token) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("X-Project-Id", PROJECT);
    if (token != null) {
      headers.put("X-Security-Token", token);
    }
    HttpRequest.HttpRequestBuilder request =
        HttpRequest.newBuilder()
            .withMethod(HttpMethod.GET)
            .withEndpoint("https://" + HOST)
            .withPath(PATH)
            .addHeaders(headers);
    parameters(query).forEach(request::addQueryParam);
    BasicCredentials credentials = new BasicCredentials().withAk(access).withSk(secret);
    headers.put("Host", HOST);
    headers.putAll(AKSKSigner.getInstance().sign(request.build(), credentials));
    return new Signed("GET", PATH, query, headers::get);
  }

  private static Map<String, List<String>> parameters(String query) {
    Map<String, List<String>> parameters = new TreeMap<>();
    for (String pair : query.isEmpty() ? List.<String>of() : List.of(query.split("&", -1))) {
      int equals = pair.indexOf('=');
      parameters
          .computeIfAbsent(pair.substring(0, equals), name -> new ArrayList<>())
          .add(URLDecoder.decode(pair.substring(equals + 1), UTF_8));
    }
    return parameters;
  }
}
