package dev.imsbridge.simulator;

import java.util.Map;

/**
 * What was asked of a simulator since it started.
 *
 * @param requests all of them, by what they were about
 * @param faults how often each fault was shown; those never shown are absent
 * @param refused GETs that did not authenticate as required
 * @param jobs jobs and sub-jobs that were asked for or created
 */
public record SimulatorStats(
    Map<RequestClass, Long> requests, Map<FaultType, Long> faults, long refused, int jobs) {
  public SimulatorStats {
    requests = Map.copyOf(requests);
    faults = Map.copyOf(faults);
  }

  /** GETs of jobs on both paths, refused and faulty ones included. */
  public long jobGets() {
    return requests.get(RequestClass.JOB) + requests.get(RequestClass.CLOUDIMAGES_JOB);
  }
}
