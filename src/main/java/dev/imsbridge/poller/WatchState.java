package dev.imsbridge.poller;

import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.job.Watch;
import java.util.concurrent.TimeUnit;

/**
 * The state of one watch in the poller. There may be hundreds of thousands of instances, so the
 * fields needed only after failures are in {@link FaultState}. Owned by the loop's thread. Other
 * threads only pass the reference from a GET to its end.
 *
 * <p>A watch that was closed, or whose partition was revoked, is not live. Later events for it are
 * dropped, so a late GET never affects the watch that replaced it. Only a new answer to a GET that
 * was under way when the partition was revoked is still written.
 */
final class WatchState extends DueQueue.Element {

  enum Phase {
    /** Its partition is not restored yet, so a tombstone may follow. */
    RESTORING,
    WAITING,
    IN_FLIGHT,
    /**
     * Its final observation was written. It waits for its tombstone; if none arrives, the job is
     * requested again.
     */
    PARKED,
    /** Its watch was closed. */
    CLOSED
  }

  /** The entry of a watch in the queue of deadlines. */
  static final class Deadline extends DueQueue.Element {
    final WatchState watch;

    Deadline(WatchState watch) {
      this.watch = watch;
    }
  }

  final PartitionWatches partition;
  final ProjectQueue project;
  final Deadline deadline = new Deadline(this);
  Watch watch;
  Phase phase = Phase.RESTORING;
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

  /** When the job began or, if that is unknown, when its watch was opened, in epoch millis. */
  long sinceMillis;

  /** The fraction of the work that is done, by the latest answer; NaN if it states none. */
  float progress = Float.NaN;

  /** Consecutive observations that could not be written. */
  int failedWrites;

  /** The digest of the answer that was written last. */
  BodyDigest written = BodyDigest.NONE;

  /** Null if the latest GET described the job. */
  FaultState faults;

  WatchState(Watch watch, PartitionWatches partition, ProjectQueue project) {
    this.watch = watch;
    this.partition = partition;
    this.project = project;
    jobType = watch.jobType();
    sinceMillis = watch.openedAt().toEpochMilli();
  }

  /**
   * Returns whether IMS has ever described the job. A watch names the job type once it is known.
   */
  boolean seen() {
    return described || watch.jobType() != null;
  }

  /** Whether this is the watch of a requested job, not of a sub-job. */
  boolean root() {
    return watch.jobId().equals(watch.rootJobId());
  }

  /** The age of the job at that time, in nanoseconds; never negative. */
  long ageNanos(long nowMillis) {
    return TimeUnit.MILLISECONDS.toNanos(Math.max(0, nowMillis - sinceMillis));
  }

  boolean live() {
    return phase != Phase.CLOSED && !partition.revoked;
  }

  FaultState faults() {
    if (faults == null) {
      faults = new FaultState();
    }
    return faults;
  }

  /** The fault of its latest GET, or null if there was none. */
  FaultKind latestFault() {
    return faults == null ? null : faults.latest();
  }

  /** The HTTP status of the not-found answer while IMS does not know the job; otherwise 0. */
  int notFoundStatus() {
    return faults == null ? 0 : faults.notFoundStatus();
  }

  /** The published fault that has not ended, or null. */
  FaultKind publishedFault() {
    return faults == null ? null : faults.published();
  }

  /**
   * Clears the record of written observations, so that they are written again. They may not have
   * arrived.
   */
  void forgetWritten() {
    written = BodyDigest.NONE;
    if (faults != null) {
      faults.forgetPublished();
    }
  }
}
