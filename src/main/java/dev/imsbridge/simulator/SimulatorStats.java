package dev.imsbridge.simulator;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The number of requests that a simulator has received since its start. Immutable.
 *
 * @param requests all requests, by kind; every kind has an entry
 * @param faults requests that met a fault, by type of fault; types without such requests are absent
 * @param refused GETs of jobs that failed authentication
 * @param jobs jobs and sub-jobs that were requested or created
 */
public record SimulatorStats(
    Map<RequestClass, Long> requests, Map<FaultType, Long> faults, long refused, int jobs) {
  public SimulatorStats {
    requests = Collections.unmodifiableMap(new TreeMap<>(requests));
    faults = Collections.unmodifiableMap(new TreeMap<>(faults));
  }

  /** Returns the GETs of jobs on both paths, including refused GETs and GETs that met a fault. */
  public long jobGets() {
    return requests.get(RequestClass.JOB) + requests.get(RequestClass.CLOUDIMAGES_JOB);
  }
}
