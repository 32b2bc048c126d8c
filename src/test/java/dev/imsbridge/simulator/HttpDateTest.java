package dev.imsbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HttpDateTest {
  @Test
  void shouldFormatTheCurrentSecond() {
    AtomicReference<Instant> time = new AtomicReference<>(Instant.parse("2024-11-06T07:39:45.9Z"));
    HttpDate date = new HttpDate(time::get);
    assertThat(date.now()).isEqualTo("Wed, 06 Nov 2024 07:39:45 GMT");
    time.set(Instant.parse("2024-11-06T07:39:46Z"));
    assertThat(date.now()).isEqualTo("Wed, 06 Nov 2024 07:39:46 GMT");
    time.set(Instant.parse("1969-12-31T23:59:59.5Z"));
    assertThat(date.now()).isEqualTo("Wed, 31 Dec 1969 23:59:59 GMT");
  }
}
