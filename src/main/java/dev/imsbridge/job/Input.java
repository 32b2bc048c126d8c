package dev.imsbridge.job;

import java.time.Instant;

/** An input of the fold. Each input is a record in Kafka and carries the record's position. */
public sealed interface Input {
  Evidence evidence();

  /** When the input was accepted or observed, by the clock of its writer. */
  Instant at();

  /**
   * A request for a job.
   *
   * @param evidence the record on the requests topic
   * @param redrivenFrom the dead letter that the request was; null for none
   */
  record Requested(Evidence evidence, Instant at, JobRequest request, String redrivenFrom)
      implements Input {

    /** A request that was not redriven. */
    public Requested(Evidence evidence, Instant at, JobRequest request) {
      this(evidence, at, request, null);
    }
  }

  /** The request was cancelled. */
  record Cancelled(Evidence evidence, Instant at) implements Input {}

  /**
   * A compacted topic lost its records about a part of the tree, or has different ones. They are
   * published again.
   *
   * @param jobId the job whose watch differs; the root job for {@link Table#STATUS}
   */
  record Repair(Evidence evidence, Instant at, Table table, String jobId) implements Input {}

  /** The compacted topics. */
  enum Table {
    WATCHES,
    STATUS
  }

  /** A poller's observation of one watched job. */
  sealed interface Observed extends Input {
    /** The watched job. */
    String jobId();

    /** The generation of the watch that the poller held. */
    int generation();
  }

  /**
   * An answer of IMS about the job.
   *
   * @param bodySha256 SHA-256 of the verbatim body, in hex
   */
  record Answered(
      Evidence evidence,
      Instant at,
      String jobId,
      int generation,
      JobAnswer answer,
      String bodySha256)
      implements Observed {}

  /**
   * The GET keeps failing.
   *
   * @param fault the class of the fault
   * @param detail one line of bounded length
   */
  record Faulted(
      Evidence evidence, Instant at, String jobId, int generation, String fault, String detail)
      implements Observed {}

  /** The GET succeeds again. */
  record Recovered(Evidence evidence, Instant at, String jobId, int generation)
      implements Observed {}

  /**
   * The poller gave up: IMS does not know the job, or the deadline of the watch passed.
   *
   * @param detail one line of bounded length: the answer of IMS, the number of polls and the time
   *     of giving up
   */
  record GivenUp(
      Evidence evidence, Instant at, String jobId, int generation, LostReason reason, String detail)
      implements Observed {}
}
