package dev.imsbridge.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Any member of the Kafka group can register as an instance. It must not receive the token. */
class PeerSignatureTest {
  private static final String TOKEN = "correct-horse";
  private static final String OTHER = "10.0.0.2:8080";
  private static final String URI = "/internal/v1/trees/a?as=root";

  private Instant now = Instant.parse("2026-11-28T12:00:00Z");
  private final PeerSignature here = signature(TOKEN);
  private final PeerSignature there = signature(TOKEN);

  private PeerSignature signature(String token) {
    return new PeerSignature(token == null ? null : token.getBytes(UTF_8), () -> now);
  }

  @BeforeEach
  void know() {
    here.self("10.0.0.1:8080");
    there.self(OTHER);
  }

  @Test
  void shouldProveTheTokenAndNotShowIt() {
    String shown = here.sign(OTHER, URI);

    assertThat(there.admits(shown, URI)).isTrue();
    assertThat(shown).doesNotContain(TOKEN);
  }

  @Test
  void shouldBeOfNoUseAnywhereElse() {
    String shown = here.sign(OTHER, URI);

    assertThat(here.admits(shown, URI)).as("at another instance").isFalse();
    assertThat(there.admits(shown, "/internal/v1/jobs")).as("for another path").isFalse();
    assertThat(there.admits(shown, URI + "&x")).as("for another query").isFalse();
    for (String wrong :
        new String[] {"", null, "Bearer " + TOKEN, shown + "0", "Imsbridge 1:" + "0".repeat(64)}) {
      assertThat(there.admits(wrong, URI)).as(String.valueOf(wrong)).isFalse();
    }
  }

  @Test
  void shouldBeValidForMinutes() {
    String shown = here.sign(OTHER, URI);
    Instant signed = now;

    for (Duration difference :
        new Duration[] {PeerSignature.TOLERANCE, PeerSignature.TOLERANCE.negated()}) {
      now = signed.plus(difference);
      assertThat(there.admits(shown, URI)).isTrue();
      now = signed.plus(difference.multipliedBy(2));
      assertThat(there.admits(shown, URI)).isFalse();
    }
    assertThat(there.admits("Imsbridge 999999999999999:" + "0".repeat(64), URI)).isFalse();
  }

  @Test
  void shouldAdmitNobodyWithAnotherTokenOrBeforeItsAddressIsKnown() {
    assertThat(there.admits(signature("other").sign(OTHER, URI), URI)).isFalse();
    assertThat(signature(TOKEN).admits(here.sign(OTHER, URI), URI)).isFalse();
    assertThat(signature(null).sign(OTHER, URI)).isNull();
    assertThat(signature(null).admits(here.sign(OTHER, URI), URI)).isFalse();
  }
}
