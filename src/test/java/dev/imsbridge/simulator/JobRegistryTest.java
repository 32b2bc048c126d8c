package dev.imsbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.JobStatus;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class JobRegistryTest {
  private final ManualClock clock = new ManualClock();
  private final JobRegistry book = new JobRegistry(new JobPlanner(1, 1), clock);

  @Test
  void shouldStartAJobAtItsFirstVisit() {
    long first = clock.millis();
    book.visit("a");
    clock.advance(Duration.ofMinutes(1));

    assertThat(book.visit("a").rootStart()).isEqualTo(first);
    assertThat(book.visit("b").rootStart()).isEqualTo(clock.millis());
  }

  @Test
  void shouldNotStartAJobByAskingForItsPlan() {
    book.plan("a");

    assertThat(book.size()).isZero();
  }

  @Test
  void shouldStartTheRootWithTheSubJobThatIsVisitedFirst() {
    String root = JobCatalogue.of(1, 1).id(ImsJobType.IMPORT_OVA_IMAGE, JobStatus.SUCCESS);
    long first = clock.millis();

    SimulatedJob sub = book.visit(root + "-s1");
    clock.advance(Duration.ofMinutes(1));

    assertThat(sub.plan().jobType()).isEqualTo("imsImportImageJob");
    assertThat(sub.rootStart()).isEqualTo(first);
    assertThat(book.visit(root).rootStart()).isEqualTo(first);
    assertThat(book.visit(root).plan().subJobs()).contains(sub.plan());
  }

  @Test
  void shouldTakeAnIdThatOnlyLooksLikeASubJobForAJob() {
    String childless = JobCatalogue.of(1, 1).id(ImsJobType.IMPORT_IMAGE, JobStatus.SUCCESS);

    SimulatedJob job = book.visit(childless + "-s1");

    assertThat(job.plan().isSubJob()).isFalse();
    assertThat(book.size()).isOne();
  }

  @Test
  void shouldStartAChosenJobWhenItIsCreatedAndOnlyOnce() {
    long created = clock.millis();
    JobSpec spec = JobSpec.of(ImsJobType.ADD_IMAGE_MEMBERS);

    assertThat(book.create("mine", spec, List.of())).isTrue();
    clock.advance(Duration.ofSeconds(5));

    assertThat(book.visit("mine").rootStart()).isEqualTo(created);
    assertThat(book.create("mine", spec, List.of())).isFalse();
  }
}
