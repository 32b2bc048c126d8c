package dev.imsbridge.simulator;

import dev.imsbridge.job.JobStatus;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Finds job ids with a given outcome. The id alone decides the course of a job, so the catalogue
 * tries ids until one fits; every simulator with the same seed and speed agrees. Immutable.
 */
public final class JobCatalogue {
  private static final int MAX_ATTEMPTS = 200_000;
  private static final List<ImsJobType> FAILING_IN_DEMO =
      List.of(
          ImsJobType.IMPORT_IMAGE,
          ImsJobType.COPY_IMAGE_IN_REGION,
          ImsJobType.ADD_IMAGE_MEMBERS,
          ImsJobType.IMPORT_OVA_IMAGE);

  private final long seed;
  private final JobPlanner planner;
  private final EntitiesWriter entities;

  /** Creates the catalogue of simulators with this seed and speed. */
  public JobCatalogue(long seed, double speed) {
    this.seed = seed;
    this.planner = new JobPlanner(seed, speed);
    this.entities = new EntitiesWriter(seed);
  }

  /** Returns the expected result of a root job that is not created through the control API. */
  public ExpectedJob expected(String jobId) {
    return ExpectedJob.of(planner.plan(jobId), entities);
  }

  /**
   * Returns the id of a job of this type.
   *
   * @param outcome SUCCESS or FAIL
   */
  public String id(ImsJobType type, JobStatus outcome) {
    return first(job -> isA(job, type, outcome)).jobId();
  }

  /** Returns the id of a job with sub-jobs that answers list in the given form. */
  public String id(ImsJobType type, JobStatus outcome, SubJobListing listing) {
    return first(job -> isA(job, type, outcome) && job.listing() == listing).jobId();
  }

  /**
   * Returns jobs that together show all features: a success of each type, both types with sub-jobs
   * in each form of listing, and four failures. None of them takes unusually long.
   */
  public List<ExpectedJob> demo() {
    Map<String, ExpectedJob> jobs = new LinkedHashMap<>();
    for (ImsJobType type : ImsJobType.values()) {
      if (type.hasSubJobs()) {
        for (SubJobListing listing : SubJobListing.values()) {
          add(jobs, first(job -> usual(job, type, JobStatus.SUCCESS) && shows(job, listing)));
        }
      } else {
        add(jobs, first(job -> usual(job, type, JobStatus.SUCCESS)));
      }
    }
    for (ImsJobType type : FAILING_IN_DEMO) {
      add(jobs, first(job -> usual(job, type, JobStatus.FAIL)));
    }
    return List.copyOf(jobs.values());
  }

  /** Returns an endless stream of job ids in the form that IMS uses, always the same. */
  public Stream<String> ids() {
    SeededRandom random = SeededRandom.of(seed, "catalogue");
    return LongStream.iterate(0, n -> n + 1).mapToObj(number -> random.derive(number).hex());
  }

  private static boolean isA(JobPlan job, ImsJobType type, JobStatus outcome) {
    return job.jobType().equals(type.wireName()) && job.finalStatus() == outcome;
  }

  private boolean usual(JobPlan job, ImsJobType type, JobStatus outcome) {
    return isA(job, type, outcome) && job.endMillis() <= planner.usualMillis(type);
  }

  private static boolean shows(JobPlan job, SubJobListing listing) {
    return job.listing() == listing && job.subJobs().size() > 1;
  }

  private void add(Map<String, ExpectedJob> jobs, JobPlan job) {
    jobs.put(job.jobId(), ExpectedJob.of(job, entities));
  }

  private JobPlan first(Predicate<JobPlan> condition) {
    return ids()
        .limit(MAX_ATTEMPTS)
        .map(planner::plan)
        .filter(condition)
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no such job among " + MAX_ATTEMPTS + " ids"));
  }
}
