package dev.imsbridge.poller;

import dev.imsbridge.ims.Project;
import dev.imsbridge.wire.Observation;

/** What the {@link PollEngine} has done for it. No call may block for long, nor throw. */
interface Effects {

  /** Asks for the watch's job; the end of it has to be told to the engine, once. */
  void get(Project project, WatchState watch);

  /** Writes an observation; a failure to do so has to be told to the engine. */
  void write(WatchState watch, Observation observation);

  /** All GETs of a project have failed for a while: its view says since when and why. */
  default void degraded(PollerView.Project project) {}

  /**
   * A GET of a degraded project was answered.
   *
   * @param outage the outage that has ended
   */
  default void recovered(PollerView.Project project, PollerView.Outage outage) {}
}
