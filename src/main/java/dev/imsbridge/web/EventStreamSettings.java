package dev.imsbridge.web;

import java.time.Duration;

/**
 * The bounds of the stream of events.
 *
 * @param clients how many there may be at once
 * @param catchUps how many threads read for those that are far behind, in turns
 * @param recentBytes how many bytes of events are kept for those who are a little behind; a client
 *     that is slower is dropped
 * @param heartbeat how often a client hears something at least
 * @param patience how long a client that is far behind may take nothing
 * @param look how often partitions are looked for that were added
 */
record EventStreamSettings(
    int clients,
    int catchUps,
    long recentBytes,
    Duration heartbeat,
    Duration patience,
    Duration look) {
  static final EventStreamSettings DEFAULTS =
      new EventStreamSettings(
          256, 4, 16L << 20, Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofMinutes(1));

  /** How much is read at once: little enough that a client which reads keeps its place. */
  int fetchBytes() {
    return (int) Math.max(1 << 16, Math.min(recentBytes / 8, 4L << 20));
  }
}
