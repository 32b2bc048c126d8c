package dev.imsbridge.web.stream;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.web.stream.CompletionWaiters.Waiter;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/**
 * A waiting client costs nothing, so a lost wake-up would not be noticed before its time is over.
 */
class CompletionWaitersTest {
  private final CompletionWaiters waiters = new CompletionWaiters();

  private static PublishedEvent event(String type) {
    ObjectNode event = PublishedEvent.JSON.createObjectNode().put("type", type);
    ObjectNode data = event.putObject("data").put("job_id", "root").put("root_job_id", "root");
    data.putArray("sub_jobs").addObject().put("job_id", "child");
    return new PublishedEvent(event);
  }

  private static PublishedEvent completion() {
    return event("dev.imsbridge.job.completed.v1");
  }

  @Test
  void shouldWakeAllWhoWaitForAJobOfTheTree() {
    Waiter first = waiters.add("root").orElseThrow();
    Waiter second = waiters.add("root").orElseThrow();
    Waiter ofSubJob = waiters.add("child").orElseThrow();
    Waiter other = waiters.add("other").orElseThrow();

    waiters.published(event("dev.imsbridge.job.success.v1"));
    assertThat(first.message().isComplete()).isFalse();
    waiters.published(completion());

    assertThat(first.message().succeeded()).isTrue();
    assertThat(second.message().result()).as("shared").isSameAs(first.message().result());
    assertThat(ofSubJob.message().succeeded()).isTrue();
    assertThat(other.message().isComplete()).isFalse();
  }

  @Test
  void shouldLimitTheClientsAndForgetThoseThatLeft() {
    Waiter first = waiters.add("root").orElseThrow();
    for (int i = 1; i < CompletionWaiters.MAX_WAITERS; i++) {
      waiters.add("job-" + i);
    }
    assertThat(waiters.add("late")).isEmpty();

    first.close();
    first.close();

    assertThat(waiters.add("late")).isPresent();
    assertThat(waiters.add("later")).isEmpty();
    waiters.published(completion());
    assertThat(first.message().isComplete()).isFalse();
  }

  @Test
  void shouldSendEveryClientAwayWhenTheBridgeStops() {
    Waiter before = waiters.add("root").orElseThrow();
    waiters.stop();
    Waiter after = waiters.add("root").orElseThrow();

    assertThat(before.message().cause()).isInstanceOf(RejectedExecutionException.class);
    assertThat(after.message().cause()).isInstanceOf(RejectedExecutionException.class);
  }

  /** Control characters in an attribute must not end a header. */
  @Test
  void shouldEncodeAttributesAsTheBindingSays() {
    assertThat(EventMessage.encoded("urn:huaweicloud:ims:cn-north-4:p1"))
        .isEqualTo("urn:huaweicloud:ims:cn-north-4:p1");
    assertThat(EventMessage.encoded("50% \"\u20ac\"\r\n"))
        .isEqualTo("50%25%20%22%e2%82%ac%22%0d%0a");
  }
}
