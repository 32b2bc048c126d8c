package dev.imsbridge.web.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.web.http.BadRequestException;
import io.vertx.core.MultiMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A filter that silently matches nothing, or everything, looks like a bridge without events. */
class EventFilterTest {
  private static final Set<String> EVENT = EventFilter.attributes(event());

  private static PublishedEvent event() {
    ObjectNode event =
        PublishedEvent.JSON.createObjectNode().put("type", "dev.imsbridge.job.running.v1");
    ObjectNode data = event.putObject("data");
    data.put("job_id", "child").put("root_job_id", "root").put("job_type", "imsCopyJob");
    data.put("status", "RUNNING").put("project_id", "p1").put("region", "cn-north-4");
    data.putObject("labels").put("order", "4711").put("url", "http://x:1").put("a:b", "c");
    return new PublishedEvent(event);
  }

  private static MultiMap query(String text) {
    MultiMap query = MultiMap.caseInsensitiveMultiMap();
    for (String each : text.split("&")) {
      String[] parts = each.split("=", 2);
      query.add(parts[0], parts[1]);
    }
    return query;
  }

  @Test
  void shouldWantEverythingWhenNothingIsAskedFor() {
    assertThat(EventFilter.of(MultiMap.caseInsensitiveMultiMap()).wants(EVENT)).isTrue();
    assertThat(EventFilter.of(query("last_event_id=xyz")).wants(EVENT)).isTrue();
  }

  /** Libraries send these when they reconnect. A browser does not retry after 400. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "lastEventId=xyz",
        "lastEventID=xyz",
        "Last-Event-ID=xyz",
        "last-event-id=",
        "evs_last_event_id=xyz&evs_preamble=&evs_buffer_size_limit=262144",
        "lastEventId=xyz&r=7303862",
        "_=1732780800000",
        "last_event_id=&_=1&t=1&ts=1&nocache=1",
        "1732780800000="
      })
  void shouldLeaveOutWhatALibraryWrites(String query) {
    assertThat(EventFilter.of(query(query)).wants(EVENT)).isTrue();
  }

  @Test
  void shouldTakeTheLongestLabelThatARequestMayHave() {
    String label = "k".repeat(256) + ":" + "v".repeat(256);
    assertThat(EventFilter.of(query("label=" + label)).wants(EVENT)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "job=child, true",
    "job=root, true",
    "job=other, false",
    "job=other&job=root, true",
    "job=root&status=INIT, false",
    "job=root&status=INIT&status=running, true",
    "outcome=LOST, false",
    "type=imsCopyJob, true",
    "type=imsCopy, false",
    "label=order:4711, true",
    "label=order:4712, false",
    "label=other:4711, false",
    "label=url:http://x:1, true",
    "label=order=4711, true",
    "label=order=4712, false",
    "label=url=http://x:1, true",
    "label=a:b:c, false",
    "label=a:b=c, false",
    "label=a=b:c, false",
    "label=order:4712&label=url:http://x:1, true",
    "project=p1, true",
    "project=p2, false",
    "region=cn-north-4, true",
    "region=cn-north-1, false",
    "kind=transition, true",
    "kind=Transition, true",
    "kind=completion, false",
    "kind=completion&kind=transition, true",
  })
  void shouldTakeOneOfTheValuesOfAllNames(String query, boolean wanted) {
    assertThat(EventFilter.of(query(query)).wants(EVENT)).isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource({
    "outcome=failed, true",
    "outcome=FAIL, true",
    "outcome=SUCCEEDED, false",
    "outcome=SUCCEEDED&outcome=FAILED, true",
    "status=failed, true",
    "status=succeeded, false",
  })
  void shouldTakeStatusesAndOutcomesForEachOther(String query, boolean wanted) {
    PublishedEvent completion = event();
    completion.cloudEvent().put("type", "dev.imsbridge.job.completed.v1");
    ((ObjectNode) completion.data()).put("status", "FAIL").put("outcome", "FAILED");

    assertThat(EventFilter.of(query(query)).wants(EventFilter.attributes(completion)))
        .isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource({
    "job=a/b, job must be a job id",
    "job=, job must be",
    "type=, type must be",
    "status=DONE, 'status must be one of INIT, RUNNING, SUCCESS, FAIL, LOST'",
    "outcome=RUNNING, 'outcome must be one of SUCCEEDED, FAILED, LOST, SUCCESS, FAIL'",
    "label=order, 'label must be NAME=VALUE, such as label=order=4711'",
    "label=:4711, label must be NAME=VALUE",
    "kind=audit, kind must be transition or completion",
    "project=a b, project must be",
    "region=<script>, region must be",
    "jobs=1, there is no parameter 'jobs'; known are job",
  })
  void shouldSayWhatIsWrong(String query, String message) {
    assertThatThrownBy(() -> EventFilter.of(query(query)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldBoundWhatItTakes() {
    assertThatThrownBy(() -> EventFilter.of(query("job=a&".repeat(50) + "job=a")))
        .hasMessageContaining("at most 50");
    assertThatThrownBy(() -> EventFilter.of(query("type=" + "x".repeat(514))))
        .hasMessageContaining("type must be");
    assertThatThrownBy(() -> EventFilter.of(query("x".repeat(9000) + "=1")))
        .message()
        .hasSizeLessThan(250);
  }
}
