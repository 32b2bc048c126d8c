package dev.imsbridge.web;

import dev.imsbridge.job.ProjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What one instance of the bridge does at one moment.
 *
 * @param instance the address other instances know it by
 * @param version null when it is not known
 * @param parts each part that has to be ready, and whether it is
 * @param streamsState Kafka Streams' word for it; null when no topology runs here
 * @param partitions those whose jobs it keeps
 * @param deadLetters records it could not use since the start, by kind
 * @param poller null when none runs here
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
   * What its poller does.
   *
   * @param parked watches that have ended and are soon let go
   * @param polls GETs that ended since the start, by the class of their outcome
   */
  public record Polling(
      int openWatches,
      int parked,
      int inFlight,
      Map<String, Long> polls,
      List<Project> projects,
      List<Type> types) {}

  /**
   * One project that is asked.
   *
   * @param overdue how late the most overdue GET is
   * @param callsPerSecond the rate granted at present
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
      Outage outage) {}

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
   * @param nextPollAt null while none waits
   */
  public record Type(
      String jobType, int watches, Instant oldestOpenedAt, Instant nextPollAt, int faulty) {}
}
