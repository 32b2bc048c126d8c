package dev.imsbridge.ims;

import static org.assertj.core.api.Assertions.assertThat;

import com.huaweicloud.sdk.core.auth.AKSKSigner;
import com.huaweicloud.sdk.core.auth.BasicCredentials;
import com.huaweicloud.sdk.core.http.HttpMethod;
import com.huaweicloud.sdk.core.http.HttpRequest;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares our signatures with one known signature and with those of the vendor's client. */
class SignerTest {

  @Test
  void shouldGiveTheKnownSignature() {
    Map<String, String> headers =
        Signer.sign(
            new Credentials.AccessKey("AccessKey", Secret.of("SecretKey"), null),
            "ims.cn-north-4.myhuaweicloud.com",
            "/v1/ac234de25c6741d2b1273da49eea1b9e/jobs/ff8080814dbd65d7014dbe0d84db0013",
            "ac234de25c6741d2b1273da49eea1b9e",
            Instant.parse("2019-11-15T03:36:55Z"));

    assertThat(headers)
        .containsEntry("X-Sdk-Date", "20191115T033655Z")
        .containsEntry(
            "Authorization",
            "SDK-HMAC-SHA256 Access=AccessKey, SignedHeaders=host;x-project-id;x-sdk-date, "
                + "Signature=10ef0cdcaf3544891a8612f501236c884a36dae19782bb0dff42a6aac1a32d33");
  }

  @ParameterizedTest
  @CsvSource({
    "AK1,             secret,         , https://ims.cn-north-4.myhuaweicloud.com, /v1/p/jobs/j",
    "HPUAR2ZXUVYBOWTR,Lz+/=8%&?~ aB,  , https://ims.eu-de.otc.t-systems.com, /v1/p-1_2/jobs/A_b-9",
    "AK2,             secret,         , http://127.0.0.1:8080, /v1/p/jobs/j",
    "AK2,             secret,         , https://ims.example.org:8443, /v1/p/jobs/j",
    "AK3,             s,         token, https://ims.cn-east-3.myhuaweicloud.com, /v1/p/jobs/j",
    "AK3,             s,   gAAA+/==.tk, http://localhost:1234, /v1/p/jobs/ff8080814dbd65d7014d",
    "AK4,             geheim,         , https://ims.af-south-1.myhuaweicloud.com, /v1/cloudimages/job/j",
    "AK4,             geheim,         , https://ims.af-south-1.myhuaweicloud.com, /v2.0/x~y/job/j.k",
    "AK5,             secret,       t1, https://ims.la-south-2.myhuaweicloud.com, /j",
    "A.b~c!d*e,       secret,       t2, https://ims.ap-southeast-1.myhuaweicloud.com, /a/b/c/d/e/f/g",
    "AK6,             0,              , http://[::1]:81, /v1/0/jobs/0"
  })
  void shouldSignAsTheVendorsClientDoes(
      String id, String secretKey, String securityToken, String url, String path) {
    Endpoint endpoint = Endpoint.of(url);
    Instant now = Instant.now();

    Map<String, String> ours =
        Signer.sign(
            new Credentials.AccessKey(
                id, Secret.of(secretKey), securityToken == null ? null : Secret.of(securityToken)),
            endpoint.hostHeader(),
            path,
            "the-project",
            now);

    assertThat(ours.get("Authorization")).isEqualTo(theirs(id, secretKey, url, path, ours));
  }

  private static String theirs(
      String id, String secretKey, String url, String path, Map<String, String> ours) {
    HttpRequest.HttpRequestBuilder request =
        HttpRequest.newBuilder().withMethod(HttpMethod.GET).withEndpoint(url).withPath(path);
    ours.forEach(
        (name, value) -> {
          if (!name.equals("Authorization")) {
            request.addHeader(name, value);
          }
        });
    BasicCredentials credentials = new BasicCredentials().withAk(id).withSk(secretKey);
    return AKSKSigner.getInstance().sign(request.build(), credentials).get("Authorization");
  }
}
