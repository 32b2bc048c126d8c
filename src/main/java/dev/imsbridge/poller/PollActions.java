package dev.imsbridge.poller;

import dev.imsbridge.ims.Project;
import dev.imsbridge.wire.Observation;

/** The actions that a {@link PollEngine} decides on. No call may throw or block for long. */
interface PollActions {

  /**
   * Requests the watch's job. The implementation must report the outcome to the engine exactly
   * once.
   */
  void get(Project project, WatchState watch);

  /** Writes an observation. The implementation must report success or failure to the engine. */
  void write(WatchState watch, Observation observation);

  /**
   * Reports that an outage of a project has begun or ended.
   *
   * @param ended the outage that has ended; null if one has begun, which the view contains
   */
  void outage(PollerView.Project project, PollerView.Outage ended);
}
