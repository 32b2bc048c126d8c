package dev.imsbridge.history.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.JobScript;
import dev.imsbridge.job.Output;
import dev.imsbridge.job.Story;
import dev.imsbridge.wire.CloudEvent.Mode;
import dev.imsbridge.wire.Event;
import dev.imsbridge.wire.Events;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplayFilterTest {
  private static final Set<String> ANY = Set.of();

  private static ConsumerRecord<byte[], byte[]> record(Event event) {
    return new ConsumerRecord<>(
        "t",
        0,
        0,
        Story.BEGIN.toEpochMilli(),
        TimestampType.CREATE_TIME,
        4,
        0,
        "root".getBytes(UTF_8),
        event.value(),
        event.headers(),
        Optional.empty());
  }

  private static ConsumerRecord<byte[], byte[]> transition(Mode mode, String root) {
    Story story =
        Story.requested()
            .answered(
                JobScript.job(root)
                    .type("ova")
                    .running()
                    .with(JobScript.job("child").type("ova").running()));
    return record(new Events(mode).transition(story.all(Output.Transition.class).get(0)));
  }

  private static ReplayFilter filter(Set<String> jobs, Set<String> types, Set<String> statuses) {
    return new ReplayFilter(jobs, types, statuses, Map.of(), null, null);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void shouldTakeWhatFitsEveryCondition(Mode mode) {
    ConsumerRecord<byte[], byte[]> child = transition(mode, "root");
    assertThat(ReplayFilter.all().accepts(child)).isTrue();
    assertThat(filter(Set.of("root"), ANY, ANY).accepts(child)).isTrue();
    assertThat(filter(Set.of("x", "child"), ANY, ANY).accepts(child)).isTrue();
    assertThat(filter(Set.of("ova", "chil"), ANY, ANY).accepts(child)).isFalse();
    assertThat(filter(ANY, Set.of("ova"), ANY).accepts(child)).isTrue();
    assertThat(filter(ANY, Set.of("child"), ANY).accepts(child)).isFalse();
    assertThat(filter(ANY, ANY, Set.of("RUNNING", "FAIL")).accepts(child)).isTrue();
    assertThat(filter(ANY, ANY, Set.of("SUCCESS")).accepts(child)).isFalse();
    assertThat(filter(Set.of("root"), Set.of("ova"), Set.of("INIT")).accepts(child)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void shouldKnowTheStatusOfCompletions(Mode mode) {
    Story story = Story.requested().answered(JobScript.job("root").success());
    ConsumerRecord<byte[], byte[]> completion =
        record(new Events(mode).completion(story.completions().get(0)));
    assertThat(filter(ANY, ANY, Set.of("SUCCESS")).accepts(completion)).isTrue();
    assertThat(filter(ANY, ANY, Set.of("FAIL")).accepts(completion)).isFalse();
  }

  @Test
  void shouldTakeTimesFromTheFirstToBeforeTheLast() {
    ConsumerRecord<byte[], byte[]> event = transition(Mode.BINARY, "root");
    Instant at = Story.BEGIN;
    assertThat(times(at, null).accepts(event)).isTrue();
    assertThat(times(at.plusMillis(1), null).accepts(event)).isFalse();
    assertThat(times(null, at).accepts(event)).isFalse();
    assertThat(times(null, at.plusMillis(1)).accepts(event)).isTrue();
  }

  private static ReplayFilter times(Instant from, Instant until) {
    return new ReplayFilter(ANY, ANY, ANY, Map.of(), from, until);
  }

  @Test
  void shouldTakeAnyValueOfALabelAndAllNames() {
    ConsumerRecord<byte[], byte[]> event =
        new ConsumerRecord<>(
            "t",
            0,
            0,
            null,
            "{\"job_id\":\"j\",\"labels\":{\"order\":\"1\",\"team\":\"a\"}}".getBytes(UTF_8));
    event.headers().add("ce_type", "dev.imsbridge.job.init.v1".getBytes(UTF_8));
    assertThat(labels(Map.of("order", Set.of("1", "2"))).accepts(event)).isTrue();
    assertThat(labels(Map.of("order", Set.of("1"), "team", Set.of("a"))).accepts(event)).isTrue();
    assertThat(labels(Map.of("order", Set.of("1"), "team", Set.of("b"))).accepts(event)).isFalse();
    assertThat(labels(Map.of("other", Set.of("1"))).accepts(event)).isFalse();
  }

  private static ReplayFilter labels(Map<String, Set<String>> labels) {
    return new ReplayFilter(ANY, ANY, ANY, labels, null, null);
  }

  @Test
  void shouldPassOverWhatIsNoEvent() {
    ConsumerRecord<byte[], byte[]> odd = new ConsumerRecord<>("t", 0, 0, null, null);
    assertThat(filter(Set.of("root"), ANY, ANY).accepts(odd)).isFalse();
    assertThat(filter(ANY, Set.of("ova"), ANY).accepts(odd)).isFalse();
    assertThat(filter(ANY, ANY, Set.of("INIT")).accepts(odd)).isFalse();
    odd.headers().add("ce_type", "dev.imsbridge.job.".getBytes(UTF_8));
    assertThat(filter(ANY, ANY, Set.of("INIT")).accepts(odd)).isFalse();
  }

  @Test
  void shouldDescribeTheSameConditionsAlike() {
    assertThat(filter(Set.of("a", "b", "c"), Set.of("t", "u"), ANY).described())
        .isEqualTo(filter(Set.of("c", "a", "b"), Set.of("u", "t"), ANY).described())
        .isNotEqualTo(filter(Set.of("c", "a"), Set.of("u", "t"), ANY).described());
  }
}
