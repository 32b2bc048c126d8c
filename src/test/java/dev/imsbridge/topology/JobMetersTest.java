package dev.imsbridge.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobDetails;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobState;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.job.JobTimes;
import dev.imsbridge.job.Output;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JobMetersTest {
  private static final Instant BEGIN = Instant.parse("2024-11-06T06:00:00Z");
  private static final JobTimes HOUR = new JobTimes(BEGIN, BEGIN.plus(Duration.ofHours(1)));

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final JobMeters meters = new JobMeters(registry);

  private static Output completion(String type, JobStatus end, JobTimes times) {
    Evidence evidence = at(0, 1);
    JobState state =
        new JobState(
            "j",
            "j",
            null,
            type,
            BridgeDriver.PROJECT,
            end,
            2,
            times,
            BEGIN,
            new JobDetails(null, null, List.of()),
            null,
            Collections.unmodifiableSortedMap(new TreeMap<>()),
            evidence);
    return new Output.Completion(
        state,
        BEGIN,
        JobStatus.RUNNING,
        null,
        null,
        List.of(),
        evidence,
        JobRequest.Correlation.NONE);
  }

  private static Evidence at(int partition, long offset) {
    return new Evidence("observations", partition, offset);
  }

  private double ended(String outcome, String type) {
    return registry
        .get("imsbridge.jobs.ended")
        .tags(Tags.of("outcome", outcome, "type", type))
        .counter()
        .count();
  }

  @Test
  void shouldCountEndsByOutcomeAndType() {
    meters.folded(at(0, 1), List.of(completion("imsImportImageJob", JobStatus.SUCCESS, HOUR)));
    meters.folded(at(1, 1), List.of(completion("imsImportImageJob", JobStatus.SUCCESS, HOUR)));
    meters.folded(at(0, 2), List.of(completion(null, JobStatus.LOST, new JobTimes(null, null))));

    assertThat(ended("SUCCEEDED", "imsImportImageJob")).isEqualTo(2);
    assertThat(ended("LOST", "unknown")).isEqualTo(1);
    assertThat(registry.get("imsbridge.job.duration").timers()).hasSize(1);
    assertThat(registry.get("imsbridge.job.duration").timer().totalTime(TimeUnit.HOURS))
        .isEqualTo(2);
  }

  /** Otherwise the first failure of a type raises no alert. */
  @Test
  void shouldShowAllOutcomesOfAType() {
    meters.folded(at(0, 1), List.of(completion("a", JobStatus.SUCCESS, HOUR)));
    assertThat(ended("FAILED", "a")).isZero();
    assertThat(ended("LOST", "a")).isZero();
  }

  /** A thread of the topology that is replaced folds its aborted transaction again. */
  @Test
  void shouldCountARecordOnceHoweverOftenItIsFolded() {
    List<Output> done = List.of(completion("a", JobStatus.FAIL, HOUR));
    meters.folded(at(0, 7), done);
    meters.folded(at(0, 7), done);
    meters.folded(at(0, 6), done);
    assertThat(ended("FAILED", "a")).isEqualTo(1);
    meters.folded(at(0, 8), done);
    assertThat(ended("FAILED", "a")).isEqualTo(2);
  }

  @Test
  void shouldIgnoreDurationsThatCannotBe() {
    JobTimes backwards = new JobTimes(HOUR.endTime(), HOUR.beginTime());
    meters.folded(at(0, 1), List.of(completion("a", JobStatus.SUCCESS, backwards)));
    assertThat(ended("SUCCEEDED", "a")).isEqualTo(1);
    assertThat(registry.find("imsbridge.job.duration").timers()).isEmpty();
  }

  /** Otherwise names that come from outside could fill the memory of the monitoring. */
  @Test
  void shouldBoundTheNumberOfTypes() {
    for (int i = 0; i < 500; i++) {
      meters.folded(at(0, i), List.of(completion("type-" + i, JobStatus.SUCCESS, HOUR)));
    }
    assertThat(registry.get("imsbridge.jobs.ended").counters())
        .hasSize(3 * (TypeLabels.MAX_TYPES + 1));
    assertThat(ended("SUCCEEDED", "type-0")).isEqualTo(1);
    assertThat(ended("SUCCEEDED", TypeLabels.OTHER)).isEqualTo(500.0 - TypeLabels.MAX_TYPES);
  }

  @Test
  void shouldFoldLongNamesIntoOthers() {
    TypeLabels labels = new TypeLabels();
    assertThat(labels.of("x".repeat(129))).isEqualTo("other");
    assertThat(labels.of("x".repeat(128))).hasSize(128);
  }
}
