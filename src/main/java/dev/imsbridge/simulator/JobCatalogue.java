package dev.imsbridge.simulator;

import dev.imsbridge.job.JobStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Job ids with a known fate: since the id alone decides what becomes of a job, an id of the wished
 * kind is found by looking, and every simulator with the same seed and speed agrees. Immutable.
 */
public final class JobCatalogue {
  private static final int MAX_TRIES = 200_000;
  private static final List<ImsJobType> FAILING_IN_DEMO =
      List.of(
          ImsJobType.IMPORT_IMAGE,
          ImsJobType.COPY_IMAGE_IN_REGION,
          ImsJobType.ADD_IMAGE_MEMBERS,
          ImsJobType.IMPORT_OVA_IMAGE);

  private final long seed;
  private final JobPlanner planner;
  private final EntitiesWriter entities;

  private JobCatalogue(long seed, double speed) {
    this.seed = seed;
    this.planner = new JobPlanner(seed, speed);
    this.entities = new EntitiesWriter(seed);
  }

  /** What a simulator with that seed and speed makes of job ids. */
  public static JobCatalogue of(long seed, double speed) {
    return new JobCatalogue(seed, speed);
  }

  /** What becomes of any root job that is not created by choice. */
  public ExpectedJob expected(String jobId) {
    return ExpectedJob.of(planner.plan(jobId), entities);
  }

  /** The id of a job of that type with that end, SUCCESS or FAIL. */
  public String id(ImsJobType type, JobStatus outcome) {
    return first(job -> isA(job, type, outcome)).jobId();
  }

  /** The id of a job with sub-jobs that lists them that way. */
  public String id(ImsJobType type, JobStatus outcome, SubJobListing listing) {
    return first(job -> isA(job, type, outcome) && job.listing() == listing).jobId();
  }

  /**
   * Jobs that together show everything: each type once with success, both types with sub-jobs in
   * each way of listing, and some failures. None of them takes unusually long.
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
    return new ArrayList<>(jobs.values());
  }

  /** Ids in the form of IMS's own, of jobs of all kinds; the same ones each time. */
  public Stream<String> ids() {
    return Stream.iterate(0L, n -> n + 1).map(this::id);
  }

  private String id(long number) {
    return SeededRandom.of(seed, "catalogue").derive(number).hex();
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

  private JobPlan first(Predicate<JobPlan> wished) {
    return ids()
        .limit(MAX_TRIES)
        .map(planner::plan)
        .filter(wished)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such job among " + MAX_TRIES));
  }
}
