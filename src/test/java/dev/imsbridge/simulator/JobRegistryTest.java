package dev.imsbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.JobStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a job starts decides all later answers about it and its sub-jobs. */
class JobRegistryTest {
  private final ManualClock clock = new ManualClock();
  private final JobRegistry registry = new JobRegistry(new JobPlanner(1, 1), clock);

  @Test
  void shouldStartAJobAtItsFirstGet() {
    long first = clock.millis();
    registry.getOrStart("a");
    clock.advance(Duration.ofMinutes(1));

    assertThat(registry.getOrStart("a").rootStart()).isEqualTo(first);
    assertThat(registry.getOrStart("b").rootStart()).isEqualTo(clock.millis());
  }

  @Test
  void shouldNotStartAJobByPlanningIt() {
    registry.plan("a");

    assertThat(registry.size()).isZero();
  }

  @Test
  void shouldStartTheRootJobAtTheFirstGetOfASubJob() {
    String root = new JobCatalogue(1, 1).id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.SUCCESS);
    long first = clock.millis();

    SimulatedJob sub = registry.getOrStart(root + "-s1");
    clock.advance(Duration.ofMinutes(1));

    assertThat(sub.plan().jobType()).isEqualTo("imsImportImageJob");
    assertThat(sub.rootStart()).isEqualTo(first);
    assertThat(registry.getOrStart(root).rootStart()).isEqualTo(first);
    assertThat(registry.getOrStart(root).plan().subJobs()).contains(sub.plan());
  }

  @Test
  void shouldTreatAnIdInSubJobFormAsARootJobIfItsParentHasNoSubJobs() {
    String childless = new JobCatalogue(1, 1).id(ImsJobType.IMPORT_IMAGE, JobStatus.SUCCESS);

    SimulatedJob job = registry.getOrStart(childless + "-s1");

    assertThat(job.plan().isSubJob()).isFalse();
    assertThat(registry.size()).isOne();
  }

  @Test
  void shouldStartACreatedJobOnce() {
    long created = clock.millis();
    JobSpec spec = ScriptedJob.of(ImsJobType.ADD_IMAGE_MEMBERS).build();

    assertThat(registry.create("mine", spec)).isTrue();
    clock.advance(Duration.ofSeconds(5));

    assertThat(registry.getOrStart("mine").rootStart()).isEqualTo(created);
    assertThat(registry.create("mine", spec)).isFalse();
  }
}
