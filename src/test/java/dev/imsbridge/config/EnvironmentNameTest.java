package dev.imsbridge.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The names of variables must be unambiguous, because settings contain dots, dashes and
 * underscores.
 */
class EnvironmentNameTest {

  @ParameterizedTest
  @CsvSource({
    "ims.region, IMSBRIDGE_IMS_REGION",
    "watch.not-found.grace, IMSBRIDGE_WATCH_NOT__FOUND_GRACE",
    "ims.projects.a_b.rate, IMSBRIDGE_IMS_PROJECTS_A___B_RATE"
  })
  void shouldWriteDotDashAndUnderscoreAsOneTwoAndThreeUnderscores(String key, String variable) {
    assertThat(EnvironmentName.of(key)).isEqualTo(variable);
    assertThat(EnvironmentName.key(variable)).contains(key);
  }

  @Test
  void shouldGiveEveryKeyBackFromItsVariable() {
    for (String key : Keys.DEFINITION.names()) {
      assertThat(EnvironmentName.key(EnvironmentName.of(key))).contains(key);
    }
  }

  @Test
  void shouldKnowNoKeyForFourUnderscores() {
    assertThat(EnvironmentName.key("IMSBRIDGE_IMS____REGION")).isEmpty();
  }

  /**
   * Kubernetes sets such variables for a Service named imsbridge. They must not prevent a start.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "IMSBRIDGE_PORT",
        "IMSBRIDGE_PORT_8080_TCP",
        "IMSBRIDGE_PORT_8080_TCP_ADDR",
        "IMSBRIDGE_SERVICE_HOST",
        "IMSBRIDGE_SERVICE_PORT",
        "IMSBRIDGE_SERVICE_PORT_HTTP",
        "IMSBRIDGE_OPTS",
        "IMSBRIDGE_CONFIG",
        "PATH"
      })
  void shouldPassOverVariablesOfOthers(String variable) {
    assertThat(EnvironmentName.isSetting(variable)).isFalse();
  }
}
