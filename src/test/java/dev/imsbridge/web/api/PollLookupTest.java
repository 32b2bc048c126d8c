package dev.imsbridge.web.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Watch;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The next polls of a large tree come from an instance that has another part of the jobs. */
class PollLookupTest {
  /** Regression: the keys of a large tree did not fit in one request, and the rest was left out. */
  @Test
  void shouldAskForEveryWatchInRequestsThatFitInARequestLine() {
    List<String> keys =
        IntStream.range(0, 1_000).mapToObj(i -> Watch.key("r".repeat(64), "sub-job-" + i)).toList();

    List<String> parts = PollLookup.parts(keys);

    assertThat(parts).allSatisfy(part -> assertThat(part).hasSizeLessThanOrEqualTo(8_000));
    assertThat(parts.stream().flatMap(part -> Stream.of(part.split(","))))
        .containsExactlyElementsOf(keys);
  }
}
