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

  /** A server that logs a whole request in Base64 may place the secret at any offset. */
  @Test
  void shouldCoverASecretAtEachPlaceOfABase64Text() {
    Base64.Encoder[] encoders = {
      Base64.getEncoder(), Base64.getUrlEncoder(), Base64.getEncoder().withoutPadding()
    };
    for (Base64.Encoder encoder : encoders) {
      for (String before : List.of("", "B", "Be", "Authorization: Bearer ")) {
        for (String after : List.of("", "\r", "\r\n", "\r\nHost: x")) {
          String encoded = encoder.encodeToString((before + SECRET + after).getBytes(UTF_8));
          String covered = masked(MASK, "<" + encoded + ">", null);
          String rest = covered.replace("***", "").replaceAll("[<>=]", "");
          int others = (before + after).length();
          assertThat(covered).as(before + "|" + after + ": " + encoded).contains("***");
          assertThat(rest.length()).as(covered).isLessThanOrEqualTo((others * 8 + 5) / 6);
        }
      }
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

  /** A proxy's password "1234" must not change a job id. */
  @Test
  void shouldNotFalsifyABodyForTheSakeOfAShortSecret() {
    assertThat(masked(Mask.over(List.of(Secret.of("1234"))), "job-12345", null))
        .isEqualTo("job-12345");
    assertThat(masked(Mask.over(Secret.of("1234")), "password 1234", null))
        .isEqualTo("password ***");
  }
}
