package dev.imsbridge.web.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.history.HistoryQuery;
import dev.imsbridge.web.http.BadRequestException;
import io.vertx.core.MultiMap;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/**
 * A misspelt {@code as_of} must be rejected. Otherwise the client takes the current knowledge for
 * the knowledge at that time.
 */
class HistoryQueryTest {
  @Test
  void shouldTakeWhatTheDocumentNames() {
    HistoryQuery question =
        HistoryApi.question(
            "a", query("as_of", "2024-11-06T07:39:45Z", "evidence", "true", "audit", "false"));

    assertThat(question)
        .isEqualTo(HistoryQuery.of("a").asOf(Instant.parse("2024-11-06T07:39:45Z")).withEvidence());
  }

  @Test
  void shouldRefuseWhatItWouldOtherwiseIgnore() {
    assertThatThrownBy(() -> HistoryApi.question("a", query("as-of", "2024-11-06T07:39:45Z")))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("parameters are as_of, audit and evidence, each at most once");
    assertThatThrownBy(() -> HistoryApi.question("a", query("audit", "true", "audit", "false")))
        .hasMessage("parameters are as_of, audit and evidence, each at most once");
    assertThatThrownBy(() -> HistoryApi.question("a", query("evidence", "yes")))
        .hasMessage("evidence: true or false");
    assertThatThrownBy(() -> HistoryApi.question("a", query("as_of", "yesterday")))
        .hasMessage("as_of: a time such as 2024-11-06T07:39:45Z");
    assertThatThrownBy(
            () -> HistoryApi.question("a", query("as_of", "+1000000000-12-31T23:59:59Z")))
        .hasMessage("as_of: a time such as 2024-11-06T07:39:45Z");
  }

  private static MultiMap query(String... namesAndValues) {
    MultiMap query = MultiMap.caseInsensitiveMultiMap();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      query.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return query;
  }
}
