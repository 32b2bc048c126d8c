package dev.imsbridge.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PortsTest {
  /** {@code history} once asked http://0.0.0.0:8080. */
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:8080, http://127.0.0.1:8080",
    "0.0.0.0:8080, http://127.0.0.1:8080",
    "[::]:8080, http://127.0.0.1:8080",
    "[::1]:8080, http://[::1]:8080",
    "bridge:80, http://bridge:80"
  })
  void shouldReachAServerWhereItListens(String listen, String url) {
    assertThat(Ports.reachable(listen)).contains(url);
  }

  @ParameterizedTest
  @ValueSource(strings = {"off", "OFF", "127.0.0.1:0"})
  void shouldNotGuessWhereAServerListens(String listen) {
    assertThat(Ports.reachable(listen)).isEmpty();
  }

  @Test
  void shouldNameThePortThatWasFree() {
    assertThat(Ports.url("0.0.0.0:0", 4711)).isEqualTo("http://127.0.0.1:4711");
  }
}
