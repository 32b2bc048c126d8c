package dev.imsbridge.ims;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.Exchanged.NoReply;
import dev.imsbridge.ims.Exchanged.Reply;
import dev.imsbridge.ims.Outcome.Answer;
import dev.imsbridge.ims.Outcome.Fault;
import dev.imsbridge.ims.Outcome.NotFound;
import io.vertx.core.MultiMap;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultClassifierTest {
  private static final Duration LATENCY = Duration.ofMillis(7);

  @ParameterizedTest(name = "{0} {1} {2} is {3}")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          200 | json | {"job_id":"j","status":"INIT"} | answer
          200 | json | {"job_id":"j","status":"FAIL","error_code":"IMG.0023"} | answer
          203 | json | {"job_id":"j","status":"INIT"} | answer
          200 | none | {"status":"INIT"} | answer
          200 | html | {"job_id":"j","status":"SUCCESS"} | answer
          200 | html | Welcome | transient
          404 | html | {"error_code":"IMG.0027","error_msg":"job not found"} | not-found
          404 | json | {"error_code":"IMG.0027","error_msg":"job\tnot found","at":NaN} | not-found
          502 | html | Bad Gateway | transient
          200 | json | {"job_id":"k","status":"INIT"} | malformed
          200 | json | {"job_id":"j","status | malformed
          200 | json | [] | malformed
          200 | json | null | malformed
          200 | json | {} | malformed
          200 | json | `` | malformed
          204 | none | `` | malformed
          200 | html | <html>Welcome</html> | transient
          200 | json | <html>Welcome</html> | transient
          200 | none | {"error_code":"IMG.0023","error_msg":"An exception occurred during task query."} | transient
          200 | none | {"error_code":"APIGW.0308","error_msg":"limit:1,time:1 minute"} | throttled
          200 | none | {"error_code":"IMG.9999","error_msg":"?"} | malformed
          400 | json | {"error":{"message":"The imagetype is invalid.","code":"IMG.0024"}} | rejected
          400 | json | {"error_msg":"The request message format is invalid.","error_code":"IMG.0001"} | rejected
          400 | json | {"error_code":"IMG.0027","error_msg":"The image ID in the request does not exist."} | rejected
          400 | json | {"error_code":"Common.0002","error_msg":"The request parameter is incorrect."} | rejected
          400 | json | {"error_code":"Common.0011","error_msg":"job not found"} | not-found
          400 | json | {"error_code":"IMG.0023","error_msg":"An exception occurred during task query."} | transient
          400 | json | {"error":{"code":"IMG.0030"}} | auth
          400 | json | {"error":{"code":"IMG.0087"}} | auth
          400 | json | {"error_code":"IMG.0161"} | auth
          400 | json | {"error_code":"img.0026"} | auth
          400 | json | {"error_code":"APIGW.0106"} | rejected
          400 | none | Bad Request | rejected
          400 | html | <html>Bad Request</html> | rejected
          401 | json | {"error_msg":"Incorrect IAM authentication information: x-auth-token not found","error_code":"APIGW.0301"} | auth
          401 | json | {"error_msg":"The token must be updated.","error_code":"APIGW.0307"} | auth
          401 | none | `` | auth
          403 | json | {"error_code":"IMG.0005","error_msg":"policy does not allow"} | auth
          403 | html | <html>Forbidden</html> | auth
          403 | json | {"error_code":"APIGW.0308","error_msg":"throttled"} | throttled
          404 | json | {"error_code":"APIGW.0101","error_msg":"The API does not exist or has not been published"} | rejected
          404 | json | {"error_code":"APIG.0101"} | rejected
          404 | json | {"error_code":"IMG.0027","error_msg":"job not found"} | not-found
          404 | json | {"itemNotFound":{"message":"no such job","code":404}} | not-found
          404 | json | {"error_code":"Common.0011","error_msg":"job not found"} | not-found
          404 | json | {"error":{"code":"Ecs.0000","message":"job not found"}} | not-found
          410 | json | {"error_code":"IMG.0021","error_msg":"job not found"} | not-found
          404 | none | `` | rejected
          410 | none | `` | rejected
          404 | json | {} | rejected
          404 | json | {"message":"no Route matched with those values"} | rejected
          404 | json | {"status":404,"error":"Not Found","path":"/v1/p/jobs/j"} | rejected
          404 | json | {"error_code":"LB.0404","error_msg":"no backend"} | rejected
          404 | json | [] | rejected
          404 | html | <html>404 Not Found</html> | transient
          404 | none | 404 page not found | rejected
          405 | json | {} | rejected
          407 | none | `` | rejected
          408 | none | `` | transient
          429 | json | {"error_msg":"The throttling threshold has been reached: policy user over ratelimit,limit:200,time:5 minute","error_code":"APIGW.0308"} | throttled
          429 | html | <html>slow down</html> | throttled
          429 | none | `` | throttled
          301 | none | `` | rejected
          304 | none | `` | rejected
          500 | json | {"error_code":"IMG.0300","error_msg":"internal error"} | transient
          500 | json | {"error_code":"IMG.0030"} | auth
          502 | html | <html>The backend server is unreachable.</html> | transient
          503 | none | `` | transient
          504 | json | {"message":"Wait response timeout.","request_id":"b91de15e"} | transient
          418 | none | `` | rejected
          """)
  void shouldClass(int status, String type, String body, String expected) {
    Outcome outcome = classify(reply(status, type, body));

    assertThat(name(outcome)).isEqualTo(expected);
    assertThat(outcome.response().status()).isEqualTo(status);
    assertThat(outcome.response().latency()).isEqualTo(LATENCY);
  }

  @Test
  void shouldLearnTheLimitFromItsText() {
    Fault fault =
        (Fault)
            classify(
                reply(
                    429,
                    "json",
                    "{\"error_msg\":\"The throttling threshold has been reached: policy user over"
                        + " ratelimit,limit:200,time:5 minute\",\"error_code\":\"APIGW.0308\","
                        + "\"request_id\":\"d4e8174b8df00840aef0c6907ec0e384\"}"));

    assertThat(fault.rateLimit()).isEqualTo(new RateLimit(200, Duration.ofMinutes(5)));
    assertThat(fault.response().requestId()).isEqualTo("d4e8174b8df00840aef0c6907ec0e384");
    assertThat(fault.detail()).startsWith("HTTP 429, APIGW.0308: The throttling threshold");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "policy api over ratelimit,limit:1,time:1 second | 1 | PT1S",
        "policy ip over ratelimit, limit : 30 , time : 1 hour | 30 | PT1H",
        "POLICY APP OVER RATELIMIT,LIMIT:10000,TIME:60 MINUTE | 10000 | PT1H",
        "policy user over ratelimit,limit:1000,time:1 day | none | none",
        "policy user over ratelimit,limit:1,time:999999 day | none | none",
        "policy user over ratelimit,limit:1,time:61 minute | none | none",
        "limit:20,time:60 seconds | 20 | PT1M",
        "limit:0,time:1 second | none | none",
        "limit:5,time:0 second | none | none",
        "limit:99999999999999999999,time:1 second | none | none",
        "the limit is reached | none | none"
      })
  void shouldReadLimits(String text, Integer calls, Duration window) {
    assertThat(RateLimit.in(text)).isEqualTo(calls == null ? null : new RateLimit(calls, window));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "none",
      value = {
        "120 | none | PT2M",
        "0 | none | none",
        "Wed, 06 Nov 2024 06:19:43 GMT | Wed, 06 Nov 2024 06:19:43 GMT | none",
        "999999999 | none | PT24H",
        "Wed, 06 Nov 2024 06:20:43 GMT | Wed, 06 Nov 2024 06:19:43 GMT | PT1M",
        "Wed, 06 Nov 2024 06:18:43 GMT | Wed, 06 Nov 2024 06:19:43 GMT | none",
        "Wed, 06 Nov 2024 06:20:43 GMT | none | none",
        "-5 | none | none",
        "soon | none | none"
      })
  void shouldReadRetryAfter(String value, String date, Duration expected) {
    Reply reply = reply(503, "none", "");
    reply.headers().set("Retry-After", value);
    if (date != null) {
      reply.headers().set("Date", date);
    }

    assertThat(((Fault) classify(reply)).retryAfter()).isEqualTo(expected);
  }

  @Test
  void shouldPreferTheRequestIdOfTheHeaderAndDropWhatIsNone() {
    Reply both = reply(500, "json", "{\"request_id\":\"of-body\"}");
    both.headers().set("X-Request-Id", "of-header");
    Reply strange = reply(500, "json", "{\"request_id\":\"two words\"}");

    assertThat(classify(both).response().requestId()).isEqualTo("of-header");
    assertThat(classify(strange).response().requestId()).isNull();
  }

  @Test
  void shouldKeepDetailsToOneBoundedLine() {
    String message = "line one\\nline two\\u001b[31m red " + "x".repeat(5000);

    Fault fault = (Fault) classify(reply(500, "json", "{\"message\":\"" + message + "\"}"));

    assertThat(fault.detail())
        .startsWith("HTTP 500, line one line two [31m red x")
        .hasSizeLessThanOrEqualTo(Detail.MAX_LENGTH)
        .doesNotContain("\n", "\u001b");
  }

  @Test
  void shouldKeepTheBytesOfWhatIsMalformedOnly() {
    Fault malformed = (Fault) classify(reply(200, "json", "{broken"));
    Fault rejected = (Fault) classify(reply(400, "json", "{broken"));

    assertThat(malformed.body()).isEqualTo("{broken".getBytes(UTF_8));
    assertThat(rejected.body()).isNull();
  }

  @Test
  void shouldClassByStatusAnErrorWhoseBodyIsOverTheBound() {
    Reply reply = reply(502, "none", "{");

    assertThat(
            name(classify(new Reply(502, reply.headers(), reply.body(), "body exceeds 9 bytes"))))
        .isEqualTo("transient");
  }

  @Test
  void shouldTellThatThereWasNoAnswer() {
    Outcome outcome = classify(new NoReply(FaultKind.TRANSIENT, "no connection"));

    assertThat(name(outcome)).isEqualTo("transient");
    assertThat(outcome.response().status()).isZero();
  }

  private static Outcome classify(Exchanged exchanged) {
    return FaultClassifier.classify("j", exchanged, LATENCY);
  }

  private static Reply reply(int status, String type, String body) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    switch (type) {
      case "json" -> headers.set("content-type", "application/json;charset=UTF-8");
      case "html" -> headers.set("content-type", "text/html");
      default -> {}
    }
    return new Reply(status, headers, body == null ? new byte[0] : body.getBytes(UTF_8), null);
  }

  private static String name(Outcome outcome) {
    if (outcome instanceof Fault fault) {
      return fault.kind().word();
    }
    return outcome instanceof Answer ? "answer" : outcome instanceof NotFound ? "not-found" : "?";
  }
}
