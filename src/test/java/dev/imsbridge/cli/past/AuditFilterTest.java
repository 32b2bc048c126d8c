package dev.imsbridge.cli.past;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.history.PublishedEvent;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class AuditFilterTest {
  @Test
  void shouldTakeDecisionsInAnyCase() {
    AuditFilter filter = new AuditFilter();
    CommandLine.populateCommand(filter, "--what", "Transition.Published,watch.opened");

    assertThat(filter.wants(entry("transition.published"))).isTrue();
    assertThat(filter.wants(entry("watch.opened"))).isTrue();
    assertThat(filter.wants(entry("watch.closed"))).isFalse();
  }

  private static PublishedEvent entry(String what) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.putObject("data").put("what", what);
    return new PublishedEvent(event);
  }
}
