package dev.imsbridge.web.api;

import dev.imsbridge.job.ProjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The status of one bridge instance at one moment.
 *
 * @param instance the address under which other instances know it
 * @param version null if unknown
 * @param parts whether each part that must be ready is ready, by name
 * @param streamsState the state of Kafka Streams; null if no topology runs here
 * @param partitions the partitions whose jobs this instance stores
 * @param deadLetters unusable records since the start, by kind
 * @param poller null if no poller runs here
 */
public record InstanceStatus(
    String instance,
    Instant startedAt,
    String version,
    Map<String, Boolean> parts,
    String streamsState,
    List<Integer> partitions,
    Map<String, Long> deadLetters,
    Polling poller) {

  /**
   * The status of the instance's poller.
   *
   * @param parked watches that have ended and wait for their tombstone
   * @param polls GETs completed since the start, by class of outcome
   */
  public record Polling(
      int openWatches,
      int parked,
      int inFlight,
      Map<String, Long> polls,
      List<Project> projects,
      List<Type> types) {}

  /**
   * One polled project.
   *
   * @param overdue how late the most overdue GET is
   * @param callsPerSecond the rate granted at present
   * @param outage null unless all recent GETs have failed
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
      Outage outage) {}

  /**
   * A period in which all GETs of a project fail.
   *
   * @param since when the first of them failed
   * @param failures the number of failed GETs
   * @param fault the kind of the latest failure
   * @param detail one line of bounded length
   */
  public record Outage(Instant since, int failures, String fault, String detail) {}

  /**
   * The watches of one job type.
   *
   * @param jobType null for watches whose job type is not known yet
   * @param nextPollAt null if no poll is scheduled
   */
  public record Type(
      String jobType, int watches, Instant oldestOpenedAt, Instant nextPollAt, int faulty) {}
}
