package dev.imsbridge.poller;

import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.job.Watch;
import dev.imsbridge.wire.Observation;
import java.time.Instant;

/**
 * The state of one watch in the poller. There may be hundreds of thousands of instances, so the
 * fields needed only after failures are in {@link Trouble}. Owned by the loop's thread. Other
 * threads only pass the reference from a GET to its end.
 *
 * <p>A watch that was closed, or whose partition was revoked, is not live. Later events for it are
 * dropped, so a late GET never affects the watch that replaced it.
 */
public final class WatchState extends DueQueue.Element {

  public enum Phase {
    /** Its partition is not restored yet, so a tombstone may follow. */
    RESTORING,
    WAITING,
    ASKED,
    /**
     * Its end was written. It waits for its tombstone; if none arrives, the job is requested again.
     */
    PARKED,
    /** Its watch was closed. */
    CLOSED
  }

  /**
   * The entry of a watch in the queue of deadlines: due at the deadline, then at the end of the
   * grace period. For a parked watch it is due when the tombstone is overdue.
   */
  static final class Deadline extends DueQueue.Element {
    public final WatchState watch;

    Deadline(WatchState watch) {
      this.watch = watch;
    }
  }

  /** The state of a watch whose GETs fail or find no job. */
  static final class Trouble {
    /** Consecutive failures of any kind. */
    int failures;

    /** The kind of the latest failure, and how many consecutive failures had this kind. */
    FaultKind kind;

    int sameKind;

    /** The fault that was written last; null if it has ended. */
    FaultKind said;

    /** The digest of the bytes written with it. */
    Fingerprint saidBytes = Fingerprint.NONE;

    /**
     * The HTTP status of the not-found answer, and the time of the first one; 0 if there was none.
     */
    int notFound;

    long notFoundSince;
  }

  final PartitionWatches partition;
  final Lane lane;
  final Deadline deadline = new Deadline(this);
  public Watch watch;
  public Phase phase = Phase.RESTORING;
  int attempts;
  String jobType;

  /** Whether an answer has described the job since this poller has the watch. */
  boolean described;

  /** Whether its deadline has passed. */
  boolean overdue;

  /**
   * Whether no GET succeeded during the whole grace period. If so, the next failure ends the watch.
   */
  boolean graceOver;

  /** When the job began or, if unknown, when its watch was opened, in epoch milliseconds. */
  long sinceMillis;

  /** Consecutive observations that could not be written. */
  int failedWrites;

  /** The digest of the answer that was written last. */
  Fingerprint written = Fingerprint.NONE;

  Trouble trouble;

  WatchState(Watch watch, PartitionWatches partition, Lane lane) {
    this.watch = watch;
    this.partition = partition;
    this.lane = lane;
    jobType = watch.jobType();
    sinceMillis = watch.openedAt().toEpochMilli();
  }

  /**
   * Returns whether IMS has ever described the job. A watch names the job type once it is known.
   */
  boolean seen() {
    return described || watch.jobType() != null;
  }

  boolean live() {
    return phase != Phase.CLOSED && !partition.gone();
  }

  boolean awaitsDeadline() {
    return deadline.waiting() && phase != Phase.PARKED;
  }

  Trouble trouble() {
    if (trouble == null) {
      trouble = new Trouble();
    }
    return trouble;
  }

  /** The fault of its latest GET, or null if there was none. */
  FaultKind latestFault() {
    return trouble == null ? null : trouble.kind;
  }

  /** The HTTP status of the not-found answer while IMS does not know the job; otherwise 0. */
  int notFound() {
    return trouble == null || trouble.kind != null ? 0 : trouble.notFound;
  }

  /** The last written fault that has not ended, or null. */
  FaultKind saidFault() {
    return trouble == null ? null : trouble.said;
  }

  /**
   * Clears the record of written observations, so that they are written again. They may not have
   * arrived.
   */
  void forgetWritten() {
    written = Fingerprint.NONE;
    if (trouble != null) {
      trouble.said = null;
      trouble.saidBytes = Fingerprint.NONE;
    }
  }

  /**
   * Returns an immutable view for other threads.
   *
   * @param at the wall-clock time of {@code now}
   * @param now the time of the monotonic clock
   * @param note one line with details, or null
   */
  PollerView.Polled view(Instant at, long now, String note) {
    String fault = saidFault() == null ? null : saidFault().word();
    return new PollerView.Polled(
        watch,
        jobType,
        attempts,
        phase == Phase.WAITING ? at.plusNanos(Math.max(0, due() - now)) : null,
        phase == Phase.PARKED,
        fault == null && notFound() != 0 ? Observation.Kind.NOT_FOUND.word() : fault,
        note);
  }
}
