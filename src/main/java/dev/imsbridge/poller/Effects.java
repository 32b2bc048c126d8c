package dev.imsbridge.poller;

import dev.imsbridge.ims.Project;
import dev.imsbridge.wire.Observation;

/** The side effects of the {@link PollEngine}. No call may throw or block for long. */
public interface Effects {

  /**
   * Requests the watch's job. The implementation must report the outcome to the engine exactly
   * once.
   */
  void get(Project project, WatchState watch);

  /** Writes an observation. The implementation must report success or failure to the engine. */
  void write(WatchState watch, Observation observation);

  /**
   * Called when all GETs of a project have failed for a while. The view has the start and the
   * cause.
   */
  default void degraded(PollerView.Project project) {}

  /**
   * Called when a GET of a degraded project was answered.
   *
   * @param outage the outage that has ended
   */
  default void recovered(PollerView.Project project, PollerView.Outage outage) {}
}
