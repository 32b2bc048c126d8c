package dev.imsbridge.poller;

import dev.imsbridge.ims.Project;
import dev.imsbridge.wire.Observation;

/** What the {@link PollEngine} has done for it. Neither call may block for long, nor throw. */
interface Effects {

  /** Asks for the watch's job; the end of it has to be told to the engine, once. */
  void get(Project project, WatchState watch);

  /** Writes an observation; a failure to do so has to be told to the engine. */
  void write(WatchState watch, Observation observation);
}
