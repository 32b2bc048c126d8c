package dev.imsbridge.cli.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.JobOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts branch by these exit codes, so they never change. */
class AwaitedJobsTest {
  @ParameterizedTest
  @CsvSource({
    "SUCCEEDED,SUCCEEDED,0",
    "SUCCEEDED,FAILED,1",
    "FAILED,LOST,4",
    "LOST,SUCCEEDED,4",
  })
  void shouldEndByTheWorstOutcome(JobOutcome one, JobOutcome other, int exitCode) {
    AwaitedJobs jobs = new AwaitedJobs(List.of("a", "b"));
    jobs.ended("a", one);
    jobs.ended("b", other);
    assertThat(jobs.allEnded()).isTrue();
    assertThat(jobs.exitCode()).isEqualTo(exitCode);
  }

  @Test
  void shouldCountOnlyTheFirstEndOfAnAwaitedJob() {
    AwaitedJobs jobs = new AwaitedJobs(List.of("a", "a"));
    jobs.ended("another", JobOutcome.LOST);
    jobs.ended("a", JobOutcome.SUCCEEDED);
    jobs.ended("a", JobOutcome.FAILED);
    assertThat(jobs.exitCode()).isZero();
    assertThat(jobs.open()).isEmpty();
  }

  @Test
  void shouldNameSomeJobsAndCountTheOthers() {
    assertThat(AwaitedJobs.named(List.of("a", "b", "c"))).isEqualTo("a, b, c");
    assertThat(AwaitedJobs.named(List.of("a", "b", "c", "d", "e"))).isEqualTo("a, b, c and 2 more");
  }
}
