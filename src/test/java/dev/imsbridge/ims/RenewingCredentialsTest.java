package dev.imsbridge.ims;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.CredentialSource.Ready;
import dev.imsbridge.ims.CredentialSource.Supply;
import dev.imsbridge.ims.CredentialSource.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RenewingCredentialsTest {
  private final Deque<Consumer<Supply>> asked = new ArrayDeque<>();
  private final List<Supply> supplied = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final RenewingCredentials renewed =
      new RenewingCredentials("test", asked::add, () -> now);

  @Test
  void shouldRenewOnceHoweverManyWait() {
    for (int i = 0; i < 100; i++) {
      renewed.supply(supplied::add);
    }
    assertThat(asked).hasSize(1);

    issue("t1", Duration.ofHours(24));

    assertThat(supplied).hasSize(100).allSatisfy(supply -> assertToken(supply, "t1"));
  }

  @Test
  void shouldRenewAheadOfTheEndWithoutLettingAnybodyWait() {
    renewed.supply(supplied::add);
    issue("t1", Duration.ofHours(24));
    pass(Duration.ofHours(24).minus(Duration.ofMinutes(9)));

    renewed.supply(supplied::add);
    renewed.supply(supplied::add);

    assertThat(supplied).hasSize(3).allSatisfy(supply -> assertToken(supply, "t1"));
    assertThat(asked).hasSize(1);
    issue("t2", Duration.ofHours(24));
    renewed.supply(supplied::add);
    assertToken(supplied.get(supplied.size() - 1), "t2");
  }

  @Test
  void shouldUseWhatItHasWhileRenewingFails() {
    renewed.supply(supplied::add);
    issue("t1", Duration.ofHours(1));
    pass(Duration.ofMinutes(55));
    renewed.supply(supplied::add);
    fail();

    renewed.supply(supplied::add);

    assertThat(supplied).hasSize(3).allSatisfy(supply -> assertToken(supply, "t1"));
    assertThat(asked).isEmpty();
    pass(Duration.ofMinutes(6));
    renewed.supply(supplied::add);
    assertThat(asked).hasSize(1);
  }

  @Test
  void shouldNotFloodAnIssuerThatIsDown() {
    int calls = 0;
    for (int second = 0; second < 3600; second++) {
      renewed.supply(supplied::add);
      if (!asked.isEmpty()) {
        calls++;
        fail();
      }
      pass(Duration.ofSeconds(1));
    }

    assertThat(calls).isBetween(12, 25);
    assertThat(supplied).hasSize(3600).containsOnly(new Unavailable("IAM is down"));
    issueOnNextCall("t1");
    assertToken(supplied.get(supplied.size() - 1), "t1");
  }

  @Test
  void shouldNotWaitForTheOldTimeWhenTheClockWasSetBack() {
    renewed.supply(supplied::add);
    fail();
    pass(Duration.ofHours(-1));

    renewed.supply(supplied::add);
    issue("t1", Duration.ofHours(24));
    assertToken(supplied.get(supplied.size() - 1), "t1");
    assertThat(renewed.refused(token("t1"))).isTrue();
    renewed.supply(supplied::add);
    issue("t2", Duration.ofHours(24));
    pass(Duration.ofHours(-1));

    assertThat(renewed.refused(token("t2"))).isTrue();
  }

  @Test
  void shouldReplaceWhatWasRefusedAtOnce() {
    renewed.supply(supplied::add);
    issue("t1", Duration.ofHours(24));

    assertThat(renewed.refused(token("t1"))).isTrue();
    renewed.supply(supplied::add);
    issue("t2", Duration.ofHours(24));

    assertToken(supplied.get(supplied.size() - 1), "t2");
    assertThat(renewed.refused(token("t1"))).as("another call, late").isTrue();
    renewed.supply(supplied::add);
    assertToken(supplied.get(supplied.size() - 1), "t2");
    assertThat(asked).isEmpty();
  }

  @Test
  void shouldNotFloodTheIssuerWhenEverythingIsRefused() {
    int calls = 0;
    for (int second = 0; second < 3600; second++) {
      renewed.supply(supplied::add);
      calls += issueIfAsked("t" + second);
      if (renewed.refused(((Ready) supplied.get(supplied.size() - 1)).credentials())) {
        renewed.supply(supplied::add);
        calls += issueIfAsked("u" + second);
      }
      pass(Duration.ofSeconds(1));
    }

    assertThat(calls).isBetween(12, 25);
  }

  @Test
  void shouldNotFloodTheIssuerWhenTheClockIsWrong() {
    int calls = 0;
    for (int second = 0; second < 3600; second++) {
      renewed.supply(supplied::add);
      if (!asked.isEmpty()) {
        calls++;
        issue("t", Duration.ofSeconds(-1));
      }
      pass(Duration.ofSeconds(1));
    }

    assertThat(calls).isBetween(12, 25);
    assertThat(supplied.get(0).toString()).contains("check the clock");
  }

  @Test
  void shouldForgetRefusalsOnceItWasLetInForAMinute() {
    renewed.supply(supplied::add);
    issue("t1", Duration.ofHours(24));
    for (int i = 2; i < 20; i++) {
      assertThat(renewed.refused(token("t" + (i - 1)))).isTrue();
      renewed.supply(supplied::add);
      issue("t" + i, Duration.ofHours(24));
      pass(Duration.ofMinutes(1));
      renewed.accepted();
    }
  }

  @Test
  void shouldNotFloodTheIssuerWhenEverySecondCallIsRefused() {
    int calls = 0;
    for (int second = 0; second < 3600; second++) {
      renewed.supply(supplied::add);
      calls += issueIfAsked("t" + second);
      Credentials used = ((Ready) supplied.get(supplied.size() - 1)).credentials();
      if (second % 2 == 0) {
        renewed.accepted();
      } else {
        renewed.refused(used);
      }
      pass(Duration.ofSeconds(1));
    }

    assertThat(calls).isBetween(100, 250);
  }

  private int issueIfAsked(String token) {
    if (asked.isEmpty()) {
      return 0;
    }
    issue(token, Duration.ofHours(24));
    return 1;
  }

  private void issueOnNextCall(String token) {
    pass(Duration.ofMinutes(6));
    renewed.supply(supplied::add);
    issue(token, Duration.ofHours(24));
  }

  private void issue(String token, Duration life) {
    asked.remove().accept(new Ready(token(token), now.plus(life)));
  }

  private void fail() {
    asked.remove().accept(new Unavailable("IAM is down"));
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private static Credentials token(String text) {
    return new Credentials.Token(Secret.of(text));
  }

  private static void assertToken(Supply supply, String text) {
    assertThat(supply).isInstanceOf(Ready.class);
    assertThat(((Ready) supply).credentials()).isEqualTo(token(text));
  }
}
