package dev.imsbridge.web.stream;

import java.time.Duration;

/**
 * The limits of the event stream.
 *
 * @param clients maximum number of connected clients
 * @param catchUps number of threads that read for clients that are far behind
 * @param recentBytes maximum size in bytes of the recent events kept in memory. A client that
 *     follows them and falls behind the oldest one is dropped.
 * @param heartbeat interval of heartbeats
 * @param patience how long a client that is far behind may accept no data before it is dropped
 * @param layoutCheck interval of the check for added partitions
 */
record EventStreamSettings(
    int clients,
    int catchUps,
    long recentBytes,
    Duration heartbeat,
    Duration patience,
    Duration layoutCheck) {
  static final EventStreamSettings DEFAULTS =
      new EventStreamSettings(
          256, 4, 16L << 20, Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofMinutes(1));

  /**
   * Returns the fetch size in bytes: an eighth of the recent events, from 64 KiB to 4 MiB. It is
   * small enough that one fetch does not displace clients that keep up.
   */
  int fetchBytes() {
    return (int) Math.max(1 << 16, Math.min(recentBytes / 8, 4L << 20));
  }
}
