package dev.imsbridge.poller;

import dev.imsbridge.job.ProjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The state of a poller at one point in time, and its counters since the start. Immutable.
 *
 * @param restored whether all currently assigned partitions are polled
 * @param openWatches watches in its tables, including those that only wait for their tombstone
 * @param parkedWatches watches whose end was written and that wait for their tombstone
 * @param inFlight GETs in progress
 */
public record PollerView(
    boolean restored,
    int openWatches,
    int parkedWatches,
    int inFlight,
    Counts counts,
    List<Project> projects) {

  /** The view of a poller that has done nothing yet. */
  public static final PollerView NOTHING =
      new PollerView(true, 0, 0, 0, new Counts(Map.of(), Map.of(), 0, 0, 0), List.of());

  /**
   * The actions of a poller since its start.
   *
   * @param polls GETs that ended, by kind of outcome
   * @param observations observations to write, by kind, including those that did not reach Kafka
   * @param coalesced answers not written because they equal the last one of their watch
   * @param displaced outcomes dropped because their watch was gone
   * @param writeFailures observations that did not reach Kafka
   */
  public record Counts(
      Map<String, Long> polls,
      Map<String, Long> observations,
      long coalesced,
      long displaced,
      long writeFailures) {
    public Counts {
      polls = Map.copyOf(polls);
      observations = Map.copyOf(observations);
    }
  }

  /**
   * One project that has watches or is paused.
   *
   * @param waiting watches that wait for their next GET
   * @param overdue the delay of the most overdue watch, zero while paused; a value above a few
   *     seconds means that the budget is exhausted or that the project's GETs are held back
   * @param callsPerSecond the rate granted at present
   * @param throttled whether fewer calls are granted because answers asked for that
   * @param credentialsRefused whether only probes are sent because the credentials were refused
   * @param endpointDown whether only probes are sent because the endpoint failed
   * @param outage null unless all recent GETs failed
   * @param sinceSuccess the time since the last GET that IMS answered, also if it does not know the
   *     job; until the first such GET, the time since the project has watches, or since it was
   *     resumed; zero while it is paused
   * @param paused whether operators have paused it; its faults are not shown then
   */
  public record Project(
      String name,
      ProjectRef ref,
      int waiting,
      Duration overdue,
      int inFlight,
      double callsPerSecond,
      boolean throttled,
      boolean credentialsRefused,
      boolean endpointDown,
      Outage outage,
      Duration sinceSuccess,
      boolean paused) {}

  /**
   * A period in which all GETs of a project fail.
   *
   * @param since the time of the first failure
   * @param failures the number of failures
   * @param fault the kind of the latest failure
   * @param detail one line of bounded length
   */
  public record Outage(Instant since, int failures, String fault, String detail) {}

  /**
   * The watches of one type of job.
   *
   * @param jobType null for watches whose type is not known
   * @param oldestOpenedAt when the oldest of them was opened
   * @param nextPollAt when the first of them is due; null if none waits
   * @param faulty watches with a published fault that has not ended
   */
  public record Type(
      String jobType, int watches, Instant oldestOpenedAt, Instant nextPollAt, int faulty) {}

  /**
   * One watch.
   *
   * @param attempts GETs so far
   * @param nextPollAt null while a GET is in progress, while the project is paused, and if no GET
   *     will follow
   * @param fault the published fault that has not ended, or {@code not-found} while IMS does not
   *     know the job; null if there is neither
   * @param note one line with details; null if {@code fault} says everything
   * @param forecast null if the end was written
   */
  public record Polled(
      int attempts, Instant nextPollAt, String fault, String note, Forecast forecast) {}

  /**
   * When a job is expected to end; see {@link dev.imsbridge.poller.schedule.Expectation}.
   *
   * @param elapsedMillis the time since the job began, or since its watch was opened if the begin
   *     is unknown
   * @param expectedEndAt the median; null if unknown
   * @param expectedEndBy the 95th percentile; null if unknown
   * @param overlong null if unknown
   * @param learnedJobs the number of earlier jobs that the estimate uses
   * @param progress the part of the work that is done, 0 to 1, as IMS states it; null if it states
   *     none
   */
  public record Forecast(
      long elapsedMillis,
      Instant expectedEndAt,
      Instant expectedEndBy,
      Boolean overlong,
      int learnedJobs,
      Float progress) {}

  /**
   * The requested jobs of one type in one project that have not ended, without sub-jobs.
   *
   * @param jobType null for jobs whose type is not known
   * @param project the name of the project
   * @param overlong jobs that have run longer than 99 of 100 jobs of their type
   */
  public record OpenJobs(String jobType, String project, int jobs, int overlong) {}
}
