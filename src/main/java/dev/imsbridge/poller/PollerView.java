package dev.imsbridge.poller;

import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a poller was doing at one moment, and has done since it started. A value, for any thread.
 *
 * @param openWatches watches in its tables, those that only wait for their tombstone included
 * @param parkedWatches watches whose end was written and that wait for their tombstone
 * @param inFlight GETs under way
 * @param polls GETs that ended, by the class of their outcome
 * @param observations observations written, by kind
 * @param coalesced answers not written, being equal to the last one of their watch
 * @param displaced outcomes dropped, since their watch was gone when they came
 * @param writeFailures observations that did not reach Kafka
 */
public record PollerView(
    List<Partition> partitions,
    int openWatches,
    int parkedWatches,
    int inFlight,
    Map<String, Long> polls,
    Map<String, Long> observations,
    long coalesced,
    long displaced,
    long writeFailures,
    List<Project> projects) {

  /** Nothing done yet. */
  public static final PollerView NOTHING =
      new PollerView(List.of(), 0, 0, 0, Map.of(), Map.of(), 0, 0, 0, List.of());

  public PollerView {
    partitions = List.copyOf(partitions);
    polls = Map.copyOf(polls);
    observations = Map.copyOf(observations);
    projects = List.copyOf(projects);
  }

  /** Whether all partitions assigned at present are polled. */
  public boolean restored() {
    return partitions.stream().allMatch(Partition::restored);
  }

  /**
   * One partition of the watches topic.
   *
   * @param restored whether its table was read, so that its watches are polled
   */
  public record Partition(int partition, boolean restored, int watches) {}

  /**
   * One project that watches are about.
   *
   * @param waiting watches that wait for their next GET
   * @param overdue how late the most overdue of them is: more than a moment means that the budget
   *     is short or that something holds the project's GETs back
   * @param callsPerSecond the rate granted at present
   * @param throttled whether fewer calls are granted because answers asked for that
   * @param credentialsRefused whether only probes are sent since the credentials were refused
   * @param endpointDown whether only probes are sent since the endpoint failed
   * @param outage null unless all GETs of late failed
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
      Outage outage) {
    /** Jobs that wait for an answer. */
    int jobs() {
      return waiting + inFlight;
    }
  }

  /**
   * A time in which all GETs of a project fail.
   *
   * @param since when the first of them failed
   * @param failures their number
   * @param fault how the latest one failed
   * @param detail one bounded line
   */
  public record Outage(Instant since, int failures, String fault, String detail) {}

  /**
   * The watches of one type of job.
   *
   * @param jobType null for those whose type is not known yet
   * @param oldestOpenedAt when the one that is open longest was opened
   * @param nextPollAt when the first of them is due; null while none waits
   * @param faulty those whose GETs do not tell of their job at present
   */
  public record Type(
      String jobType, int watches, Instant oldestOpenedAt, Instant nextPollAt, int faulty) {}

  /**
   * One watch.
   *
   * @param nextPollAt null while a GET is under way, and when none will follow
   * @param parked whether its end was written
   * @param fault the fault that stands, {@code not-found} while IMS does not know the job; null
   *     when none does
   * @param note a line for people about that; null where {@code fault} says all
   */
  public record Polled(
      Watch watch,
      String jobType,
      int attempts,
      Instant nextPollAt,
      boolean parked,
      String fault,
      String note) {}
}
