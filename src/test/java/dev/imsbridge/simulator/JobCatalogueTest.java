package dev.imsbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.JobStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The demo shows every feature only if its jobs do. */
class JobCatalogueTest {
  @Test
  void shouldContainAllTypesAllListingsAndFailures() {
    List<ExpectedJob> demo = new JobCatalogue(3, 60).demo();

    for (ImsJobType type : ImsJobType.values()) {
      assertThat(demo)
          .anyMatch(
              job -> job.jobType().equals(type.wireName()) && job.status() == JobStatus.SUCCESS);
    }
    for (SubJobListing listing : SubJobListing.values()) {
      assertThat(demo).anyMatch(job -> job.listing() == listing && job.subJobs().size() > 1);
    }
    assertThat(demo).filteredOn(job -> job.status() == JobStatus.FAIL).hasSize(4);
    assertThat(demo).allMatch(job -> job.duration().toSeconds() <= 2266 / 60 + 1);
    assertThat(demo).extracting(ExpectedJob::jobId).doesNotHaveDuplicates();
  }

  @Test
  void shouldExpectTheSameResultForADemoJobById() {
    for (long seed = 0; seed < 5; seed++) {
      JobCatalogue catalogue = new JobCatalogue(seed, 1);
      for (ExpectedJob job : catalogue.demo()) {
        assertThat(catalogue.expected(job.jobId())).isEqualTo(job);
        assertThat(job.jobId()).matches("[0-9a-f]{32}");
      }
    }
  }

  @Test
  void shouldListSubJobsBeforeTheirParent() {
    JobCatalogue catalogue = new JobCatalogue(3, 60);
    String id =
        catalogue.id(ImsJobType.VOLUMES_TO_SYS_DATA_IMAGES, JobStatus.SUCCESS, SubJobListing.LIST);

    List<String> ids = catalogue.expected(id).tree().map(ExpectedJob::jobId).toList();

    assertThat(ids).startsWith(id + "-s1").endsWith(id);
  }
}
