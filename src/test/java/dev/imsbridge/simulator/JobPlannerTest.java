package dev.imsbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobStatus;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Every id must give a possible job: times in order, documented durations, no success with a failed
 * part.
 */
class JobPlannerTest {
  private static final long SEED = Long.getLong("test.seed", System.nanoTime());

  private final JobPlanner planner = new JobPlanner(SEED, 1);
  private final List<JobPlan> many = plans(planner, 4000);

  @Test
  void shouldPlanTheSameForTheSameSeedAndId() {
    assertThat(plans(new JobPlanner(SEED, 1), 4000)).as("seed %d", SEED).isEqualTo(many);
    assertThat(plans(new JobPlanner(SEED + 1, 1), 4000)).as("seed %d", SEED).isNotEqualTo(many);
  }

  @Test
  void shouldDistributeJobIdsOverAllTypesAndOutcomes() {
    for (ImsJobType type : ImsJobType.values()) {
      Map<JobStatus, Long> outcomes =
          many.stream()
              .filter(plan -> plan.jobType().equals(type.wireName()))
              .collect(Collectors.groupingBy(JobPlan::finalStatus, Collectors.counting()));
      assertThat(outcomes.get(JobStatus.SUCCESS))
          .as("%s, seed %d", type, SEED)
          .isBetween(150L, 330L);
      assertThat(outcomes.get(JobStatus.FAIL)).as("%s, seed %d", type, SEED).isBetween(3L, 70L);
    }
  }

  @Test
  void shouldOrderTheTimesOfEveryPlan() {
    for (JobPlan plan : many) {
      assertInOrder(plan);
      assertThat(plan.startMillis()).isZero();
      for (JobPlan sub : plan.subJobs()) {
        assertInOrder(sub);
        assertThat(sub.startMillis()).as("seed %d: %s", SEED, sub).isGreaterThan(0);
        if (plan.finalStatus() == JobStatus.SUCCESS) {
          assertThat(sub.endMillis())
              .as("seed %d: %s", SEED, sub)
              .isLessThanOrEqualTo(plan.endMillis());
          assertThat(sub.finalStatus()).as("seed %d: %s", SEED, sub).isEqualTo(JobStatus.SUCCESS);
        }
      }
    }
  }

  @Test
  void shouldFailAParentOnlyAfterASubJobFailed() {
    List<JobPlan> failed =
        many.stream().filter(plan -> plan.listing() != null && plan.failure() != null).toList();
    assertThat(failed).as("seed %d", SEED).isNotEmpty();
    for (JobPlan plan : failed) {
      assertThat(plan.subJobs())
          .as("seed %d: %s", SEED, plan)
          .anyMatch(sub -> sub.failure() != null && sub.endMillis() <= plan.endMillis());
    }
  }

  /** Clients must keep polling such sub-jobs after the end of their parent. */
  @Test
  void shouldEndSomeFailedParentsBeforeTheirLastSubJob() {
    assertThat(many)
        .as("seed %d", SEED)
        .anyMatch(
            plan -> plan.subJobs().stream().anyMatch(sub -> sub.endMillis() > plan.endMillis()));
  }

  @Test
  void shouldPlanOneToEightSubJobsInEachForm() {
    Map<SubJobListing, Long> listings = new EnumMap<>(SubJobListing.class);
    for (JobPlan plan : many) {
      boolean parent = ImsJobType.of(plan.jobType()).orElseThrow().hasSubJobs();
      assertThat(plan.subJobs()).hasSizeBetween(parent ? 1 : 0, parent ? 8 : 0);
      assertThat(plan.listing() != null).isEqualTo(parent);
      if (parent) {
        listings.merge(plan.listing(), 1L, Long::sum);
      }
    }
    assertThat(listings).as("seed %d", SEED).containsOnlyKeys(SubJobListing.values());
  }

  @Test
  void shouldKeepToTheObservedDurations() {
    for (JobPlan plan : many) {
      ImsJobType known = ImsJobType.of(plan.jobType()).orElseThrow();
      boolean endsEarly = plan.failure() != null && plan.listing() != null;
      if (!endsEarly) {
        assertThat(plan.endMillis() / 1000.0)
            .as("seed %d: %s", SEED, plan)
            .isBetween(known.low, known.longest + 0.001);
      }
    }
  }

  @Test
  void shouldDivideAllTimesByTheSpeed() {
    JobPlan slow = planner.plan("some-job");
    JobPlan fast = new JobPlanner(SEED, 10).plan("some-job");

    assertThat(fast.endMillis()).isBetween(slow.endMillis() / 10, slow.endMillis() / 10 + 1);
    assertThat(fast.runningMillis())
        .isBetween(slow.runningMillis() / 10, slow.runningMillis() / 10 + 1);
  }

  @Test
  void shouldLimitTheLengthOfSubJobIds() {
    IntStream.rangeClosed(1, JobId.MAX_LENGTH)
        .mapToObj("x"::repeat)
        .flatMap(id -> planner.plan(id).subJobs().stream())
        .forEach(sub -> assertThat(JobId.valid(sub.jobId())).as(sub.jobId()).isTrue());
  }

  @Test
  void shouldFollowTheSpec() {
    JobSpec spec =
        ScriptedJob.of(ImsJobType.IMPORT_OVA_IMAGE)
            .lasting(Duration.ofMinutes(3))
            .failing("IMG.9999", "because")
            .withSubJobs(12, SubJobListing.LIST)
            .build();

    JobPlan plan = planner.plan("chosen", spec);

    assertThat(plan.endMillis()).isEqualTo(180_000);
    assertThat(plan.failure()).isEqualTo(new JobFailure("IMG.9999", "because"));
    assertThat(plan.listing()).isEqualTo(SubJobListing.LIST);
    assertThat(plan.subJobs()).hasSize(12);
    assertThat(plan.subJobs().get(11).jobId()).isEqualTo("chosen-s12");
  }

  private static void assertInOrder(JobPlan plan) {
    assertThat(plan.startMillis())
        .as("seed %d: %s", SEED, plan)
        .isLessThanOrEqualTo(plan.runningMillis());
    assertThat(plan.runningMillis())
        .as("seed %d: %s", SEED, plan)
        .isLessThanOrEqualTo(plan.endMillis());
  }

  private static List<JobPlan> plans(JobPlanner planner, int count) {
    return IntStream.range(0, count).mapToObj(n -> planner.plan("job-" + n)).toList();
  }
}
