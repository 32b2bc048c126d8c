package dev.imsbridge.poller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.poller.schedule.FixedPolicy;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TypeCountsTest {
  private final VirtualIms ims =
      new VirtualIms(
          EngineSettings.DEFAULTS,
          new FixedPolicy(Duration.ofSeconds(10)),
          VirtualIms.project(100, 100, 100));

  private List<PollerView.Type> types() {
    return ims.engine.types(ims.now());
  }

  @Test
  void shouldTellTypesApartOnceAnAnswerNamedThem() {
    ims.restored(0).open(ims.watch("a")).open(ims.watch("b"));
    assertThat(types())
        .containsExactly(new PollerView.Type(null, 2, VirtualIms.START, VirtualIms.START, 0));

    ims.script =
        id -> id.equals("a") ? ims.running(id) : VirtualIms.malformed("not what was asked for");
    ims.pass(Duration.ofSeconds(1));

    assertThat(types()).hasSize(2);
    PollerView.Type known = types().get(0);
    assertThat(known.jobType()).isEqualTo("imsImportImageJob");
    assertThat(known.faulty()).isZero();
    assertThat(known.nextPollAt()).isAfter(ims.wall());
    assertThat(types().get(1).jobType()).isNull();
    assertThat(types().get(1).faulty()).isEqualTo(1);
  }

  @Test
  void shouldNameTheOldestWatchAndTheSoonestPollOfAType() {
    ims.restored(0).open(ims.watch("old"));
    ims.pass(Duration.ofSeconds(5));
    ims.open(ims.watch("young"));
    ims.pass(Duration.ofSeconds(1));

    PollerView.Type type = types().get(0);

    assertThat(type.watches()).isEqualTo(2);
    assertThat(type.oldestOpenedAt()).isEqualTo(VirtualIms.START);
    assertThat(type.nextPollAt())
        .isBetween(VirtualIms.START.plusSeconds(8), VirtualIms.START.plusSeconds(12));
  }

  @Test
  void shouldLeaveOutWhatHasEnded() {
    ims.restored(0).open(ims.watch("a"));
    ims.script = ims::success;
    ims.pass(Duration.ofSeconds(1));

    assertThat(types()).isEmpty();
  }

  /**
   * The names come from outside. A server that invents a name per answer must not exhaust the
   * memory.
   */
  @Test
  void shouldTellOnlySoManyTypesApart() {
    ims.restored(0);
    IntStream.range(0, 150).forEach(i -> ims.open(ims.watch("job-" + i)));
    ims.script = id -> ims.body(id, "RUNNING", ", \"job_type\": \"type-" + id + "\"");
    ims.pass(Duration.ofSeconds(5));

    assertThat(types()).hasSizeLessThanOrEqualTo(101);
    assertThat(types().stream().mapToInt(PollerView.Type::watches).sum()).isEqualTo(150);
  }
}
