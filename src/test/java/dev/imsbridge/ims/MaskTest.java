package dev.imsbridge.ims;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.Exchanged.Reply;
import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskTest {
  private static final String SECRET = "MIIa/b+c\"d\\é==";
  private static final Mask MASK = Mask.over(List.of(Secret.of(SECRET)));

  private static String masked(Mask mask, String body, String cut) {
    MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    return new String(mask.apply(new Reply(200, headers, body.getBytes(UTF_8), cut)).body(), UTF_8);
  }

  private static String json(String text) {
    return text.replace("\\", "\\\\").replace("\"", "\\\"");
  }

  @Test
  void shouldCoverASecretInEveryFormAServerMaySendItBackIn() {
    List<String> forms =
        List.of(
            SECRET,
            json(SECRET),
            json(json(SECRET)),
            SECRET.replace("\\", "\\\\").replace("\"", "\\u0022").replace("/", "\\/"),
            json(SECRET).replace("=", "\\u003d").replace("é", "\\u00e9"),
            URLEncoder.encode(SECRET, UTF_8),
            URLEncoder.encode(URLEncoder.encode(SECRET, UTF_8), UTF_8),
            Base64.getEncoder().withoutPadding().encodeToString(SECRET.getBytes(UTF_8)));
    for (String form : forms) {
      assertThat(masked(MASK, "ä 100% \\n <" + form + "> " + form + " \\", null))
          .as(form)
          .isEqualTo("ä 100% \\n <***> *** \\");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\\", "%", "%4", "\\u00", "\\u00zz", "a%zz\\", "MIIa/b+c", "{\"a\":\"\\n\"}"})
  void shouldLeaveAloneWhatHoldsNoSecret(String body) {
    Reply reply = new Reply(200, MultiMap.caseInsensitiveMultiMap(), body.getBytes(UTF_8), null);
    assertThat(MASK.apply(reply)).isSameAs(reply);
  }

  @Test
  void shouldCoverTheBeginningOfASecretAtWhichABodyWasCut() {
    assertThat(masked(MASK, "token MIIa/b+c", "too long")).isEqualTo("token ***");
    assertThat(masked(MASK, "token MIIa\\/b+c", "too long")).isEqualTo("token ***");
    assertThat(masked(MASK, "token MIIa", "too long")).isEqualTo("token MIIa");
  }

  /** A proxy's password "1234" must not turn a job's id into another. */
  @Test
  void shouldNotFalsifyABodyForTheSakeOfAShortSecret() {
    assertThat(masked(Mask.over(List.of(Secret.of("1234"))), "job-12345", null))
        .isEqualTo("job-12345");
    assertThat(masked(Mask.over(Secret.of("1234")), "password 1234", null))
        .isEqualTo("password ***");
  }
}
