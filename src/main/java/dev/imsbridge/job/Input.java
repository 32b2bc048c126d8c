package dev.imsbridge.job;

import java.time.Instant;

/** Everything that can move a job tree. Each input stands in Kafka and says where. */
public sealed interface Input {
  Evidence evidence();

  /** When it was accepted or observed, by the clock of whoever wrote it. */
  Instant at();

  /**
   * @param evidence the record on the requests topic
   */
  record Requested(Evidence evidence, Instant at, JobRequest request) implements Input {}

  /** The request is taken back. */
  record Cancelled(Evidence evidence, Instant at) implements Input {}

  /**
   * The topic that shows a part of the tree has lost it, or shows something else.
   *
   * @param jobId the job whose watch differs; the root job for the status
   */
  record Lacking(Evidence evidence, Instant at, Shown what, String jobId) implements Input {}

  /** The parts of a tree that topics show as tables. */
  enum Shown {
    WATCHES,
    STATUS
  }

  /** What a poller says of one watched job. */
  sealed interface Observed extends Input {
    /** The job whose watch this is about. */
    String jobId();

    /** The generation of the watch the poller held. */
    int generation();
  }

  /**
   * @param bodySha256 hex digest of the verbatim body
   * @param requestId what IMS calls this exchange; null when it did not say
   */
  record Answered(
      Evidence evidence,
      Instant at,
      String jobId,
      int generation,
      JobAnswer answer,
      String bodySha256,
      String requestId)
      implements Observed {}

  /**
   * The GET keeps failing.
   *
   * @param fault the class of the fault
   */
  record Faulted(
      Evidence evidence,
      Instant at,
      String jobId,
      int generation,
      String fault,
      String detail,
      String requestId)
      implements Observed {}

  /** The GET works again. */
  record Recovered(Evidence evidence, Instant at, String jobId, int generation)
      implements Observed {}

  /**
   * IMS does not know the job, or the watch's deadline passed: {@code reason} says which.
   *
   * @param detail one bounded line: how IMS answered, how many polls there were, when they ended
   */
  record GivenUp(
      Evidence evidence, Instant at, String jobId, int generation, LostReason reason, String detail)
      implements Observed {}
}
