package dev.imsbridge.poller;

import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.job.Watch;
import dev.imsbridge.wire.Observation;
import java.time.Instant;

/**
 * What the poller remembers of one watch. There may be hundreds of thousands: what only a watch in
 * trouble needs lies in {@link Trouble}. Owned by the loop's thread; other threads only carry it
 * around, from a GET to its end.
 *
 * <p>A watch that was taken back, or whose partition went away, is not live: whatever is still told
 * of it is dropped, so a late GET can never speak for the watch that came in its place.
 */
final class WatchState extends DueQueue.Element {

  enum Phase {
    /** Its partition is not restored yet: a tombstone may follow. */
    RESTORING,
    WAITING,
    ASKED,
    /** Its end was written; it waits for its tombstone, and is asked for again without one. */
    PARKED,
    /** Taken back. */
    CLOSED
  }

  /**
   * Where a watch stands in the queue of deadlines: by its deadline, then by the end of its grace;
   * once it is parked, by when its tombstone is missing.
   */
  static final class Deadline extends DueQueue.Element {
    final WatchState watch;

    Deadline(WatchState watch) {
      this.watch = watch;
    }
  }

  /** What a watch needs to remember when its GETs do not tell of its job. */
  static final class Trouble {
    /** Failures in a row, of any kind. */
    int failures;

    /** The kind of the latest failure, and how often in a row it was that one. */
    FaultKind kind;

    int sameKind;

    /** The fault that was written last; null when none stands. */
    FaultKind said;

    /** The digest of the bytes that were written with it. */
    Fingerprint saidBytes = Fingerprint.NONE;

    /** The HTTP status by which IMS does not know the job, and since when; 0 if it is not so. */
    int notFound;

    long notFoundSince;
  }

  final PartitionWatches partition;
  final Lane lane;
  final Deadline deadline = new Deadline(this);
  Watch watch;
  Phase phase = Phase.RESTORING;
  int attempts;
  String jobType;

  /** Whether an answer described the job since this poller has the watch. */
  boolean described;

  /** Whether its deadline has passed. */
  boolean overdue;

  /** Whether GETs failed, or were not made, for the whole grace: the next failure ends it. */
  boolean graceOver;

  /** When the job began, or where that is unknown its watch was opened: epoch milliseconds. */
  long sinceMillis;

  /** Observations in a row that could not be written. */
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

  /** Whether IMS has ever described the job: the watch names its type once it is known. */
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

  /** How its latest GET failed, or null when it did not. */
  FaultKind latestFault() {
    return trouble == null ? null : trouble.kind;
  }

  /** The HTTP status by which IMS does not know the job at present; 0 if it is not so. */
  int notFound() {
    return trouble == null || trouble.kind != null ? 0 : trouble.notFound;
  }

  /** The fault that was written last and still stands, or null. */
  FaultKind saidFault() {
    return trouble == null ? null : trouble.said;
  }

  /** Forgets what was written, since it may not have arrived: it will be written again. */
  void forgetWritten() {
    written = Fingerprint.NONE;
    if (trouble != null) {
      trouble.said = null;
      trouble.saidBytes = Fingerprint.NONE;
    }
  }

  /**
   * What others may know.
   *
   * @param at the time of {@code now} as others tell it
   * @param now of the monotonic clock
   * @param note a line for people, or null
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
