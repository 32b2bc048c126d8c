package dev.imsbridge.cli.jobs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.wire.Requests;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code submit} refuses what the bridge would refuse, before the request is in Kafka. */
class NewRequestTest {
  private static final ProjectRef PROJECT = new ProjectRef("cn-north-4", "p1");

  /** Reads the request as the bridge does. */
  private static Requests.Read read(NewRequest request) {
    return new Requests(PROJECT, Set.of(PROJECT)).read(null, request.value(), new RecordHeaders());
  }

  private static NewRequest parse(String text, Map<String, String> labels) {
    return NewRequest.parse(text, labels, Map.of());
  }

  @Test
  void shouldSendAnIdAloneAsText() {
    NewRequest request = parse("job-1", Map.of());
    assertThat(new String(request.value(), UTF_8)).isEqualTo("job-1");
    assertThat(read(request)).isInstanceOf(Requests.Accepted.class);
  }

  @Test
  void shouldSendLabelsSuchThatTheBridgeFindsThem() {
    NewRequest request = parse("job-1", Map.of("order", "47\"11"));
    assertThat(((Requests.Accepted) read(request)).request().labels())
        .isEqualTo(Map.of("order", "47\"11"));
  }

  @Test
  void shouldAddLabelsToThoseOfAJsonRequestAndKeepItsOtherFields() {
    NewRequest request =
        parse(
            "{\"job_id\":\"job-1\",\"deadline\":\"PT1H\",\"labels\":{\"a\":\"b\"}}",
            Map.of("c", "d"));
    Requests.Accepted accepted = (Requests.Accepted) read(request);
    assertThat(accepted.request().labels()).isEqualTo(Map.of("a", "b", "c", "d"));
    assertThat(accepted.request().deadline()).hasHours(1);
  }

  @Test
  void shouldAddFieldsOnlyWhereTheRequestHasNone() {
    Map<String, String> defaults = Map.of("project_id", "p1", "deadline", "PT6H");
    NewRequest plain = NewRequest.parse("job-1", Map.of(), defaults);
    assertThat(new String(plain.value(), UTF_8)).contains("\"project_id\":\"p1\"");
    assertThat(((Requests.Accepted) read(plain)).request().deadline()).hasHours(6);

    NewRequest own =
        NewRequest.parse(
            "{\"job_id\":\"job-1\",\"deadline\":\"PT1H\",\"project_id\":\"\"}", Map.of(), defaults);
    assertThat(((Requests.Accepted) read(own)).request().deadline()).hasHours(1);
    assertThat(new String(own.value(), UTF_8)).contains("\"project_id\":\"p1\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"\"", "[]", "null"})
  void shouldAddLabelsWhereTheRequestHasNone(String none) {
    NewRequest request = parse("{\"job_id\":\"job-1\",\"labels\":" + none + "}", Map.of("c", "d"));
    assertThat(((Requests.Accepted) read(request)).request().labels()).isEqualTo(Map.of("c", "d"));
  }

  /** A label beside the payload would be lost, and the envelope would be none any more. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"job-1\"",
        "{\"schema\":null,\"payload\":{\"job_id\":\"job-1\",\"region\":\"cn-north-4\"}}",
        "{\"specversion\":\"1.0\",\"data\":\"job-1\"}"
      })
  void shouldAddLabelsToTheRequestInsideAnEnvelope(String given) {
    NewRequest request = parse(given, Map.of("c", "d"));
    Requests.Accepted accepted = (Requests.Accepted) read(request);
    assertThat(accepted.request().jobId()).isEqualTo("job-1");
    assertThat(accepted.request().labels()).isEqualTo(Map.of("c", "d"));
  }

  @Test
  void shouldRefuseToAddLabelsToWhatAreNone() {
    assertThatThrownBy(() -> parse("{\"job_id\":\"j\",\"labels\":\"x\"}", Map.of("c", "d")))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("labels");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "../etc",
        "{}",
        "{\"job_id\":\"a/b\"}",
        "{\"job_id\":1",
        "{} {}",
        "null",
        "true",
        "false",
        "{\"job_id\":5}",
        "{\"job_id\":true}",
        "{\"job_id\":null}",
        "undefined",
        "{\"job_id\":\"None\"}",
        "[1]"
      })
  void shouldRefuseWhatTheBridgeWouldRefuse(String text) {
    assertThatThrownBy(() -> parse(text, Map.of()))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("is not a request: ");
  }

  @Test
  void shouldRefuseMoreOrLongerLabelsThanTheBridgeTakes() {
    Map<String, String> many = new TreeMap<>();
    for (int i = 0; i < 17; i++) {
      many.put("l" + i, "v");
    }
    assertThatThrownBy(() -> parse("j", many)).hasMessageContaining("at most 16");
    assertThatThrownBy(() -> parse("j", Map.of("l", "v".repeat(257)))).hasMessageContaining("256");
    many.remove("l0");
    parse("j", many);
    assertThatThrownBy(() -> parse("{\"job_id\":\"j\",\"labels\":{\"more\":\"x\"}}", many))
        .hasMessageContaining("at most 16");
  }
}
