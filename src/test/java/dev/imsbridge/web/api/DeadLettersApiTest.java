package dev.imsbridge.web.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.history.letters.LetterFilter;
import dev.imsbridge.web.http.BadRequestException;
import dev.imsbridge.wire.TopicNames;
import io.vertx.core.MultiMap;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A parameter that is ignored would list other letters than the caller expects. */
class DeadLettersApiTest {
  private static final TopicNames TOPICS = new TopicNames("x.");

  private static MultiMap query(String text) {
    MultiMap query = MultiMap.caseInsensitiveMultiMap();
    for (String each : text.split("&")) {
      query.add(each.split("=", 2)[0], each.split("=", 2)[1]);
    }
    return query;
  }

  @Test
  void shouldReadEachParameter() {
    assertThat(DeadLettersApi.question(MultiMap.caseInsensitiveMultiMap(), TOPICS))
        .isEqualTo(new DeadLettersApi.Question(new LetterFilter(Set.of(), null, null, null), 100));
    assertThat(
            DeadLettersApi.question(
                query(
                    "since=2026-11-28T10:00:00Z&until=2026-11-28T11:00:00Z&topic=requests&limit=1000"),
                TOPICS))
        .isEqualTo(
            new DeadLettersApi.Question(
                new LetterFilter(
                    Set.of(),
                    Instant.parse("2026-11-28T10:00:00Z"),
                    Instant.parse("2026-11-28T11:00:00Z"),
                    "x.requests"),
                1000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "limit=0|1 to 1000",
        "limit=1001|1 to 1000",
        "limit=x|1 to 1000",
        "since=yesterday|a time such as",
        "until=+1000000000-01-01T00:00:00Z|a time such as",
        "topic=audit|requests or observations",
        "limit=1&limit=2|each at most once",
        "page=2|parameters are"
      })
  void shouldSayWhatIsWrong(String query, String reason) {
    assertThatThrownBy(() -> DeadLettersApi.question(query(query), TOPICS))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(reason);
  }
}
