package dev.imsbridge.poller;

import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;

/**
 * The faults of a watch since an answer last described its job. It changes when a GET {@link
 * #failed}, when IMS does not know the job ({@link #notFound}), and when the published fault has
 * {@link #ended}. An answer discards the object. Owned by the loop's thread.
 */
final class FaultState {
  /** Consecutive failures of any kind. */
  private int failures;

  /** The kind of the latest failure, and how many consecutive failures had this kind. */
  private FaultKind kind;

  private int sameKind;

  /** The published fault; null if it has ended. */
  private FaultKind published;

  private BodyDigest publishedBody = BodyDigest.NONE;

  /** The HTTP status of the not-found answer, and the time of the first one; 0 if there is none. */
  private int notFound;

  private long notFoundSince;

  /**
   * Records a failed GET.
   *
   * @param quietFailures a temporary fault is published only if at least this number of consecutive
   *     faults had its kind
   * @return whether to publish the fault: its kind or its body differs from the published one
   */
  boolean failed(Outcome.Fault fault, int quietFailures) {
    failures++;
    sameKind = fault.kind() == kind ? sameKind + 1 : 1;
    kind = fault.kind();
    boolean temporary = kind == FaultKind.TRANSIENT || kind == FaultKind.THROTTLED;
    if (temporary && sameKind < quietFailures) {
      return false;
    }
    BodyDigest body = fault.body() == null ? BodyDigest.NONE : BodyDigest.of(fault.body());
    boolean publish = kind != published || !body.equals(publishedBody);
    published = kind;
    publishedBody = body;
    return publish;
  }

  /** Records that IMS does not know the job. */
  void notFound(int status, long now) {
    failures = 0;
    kind = null;
    sameKind = 0;
    if (notFound == 0) {
      notFoundSince = now;
    }
    notFound = status;
  }

  /**
   * Records that GETs work again.
   *
   * @return whether to publish the end: a fault had been published
   */
  boolean ended() {
    boolean publish = published != null;
    forgetPublished();
    return publish;
  }

  /** Causes the next fault to be published again, because the last one may not have arrived. */
  void forgetPublished() {
    published = null;
    publishedBody = BodyDigest.NONE;
  }

  int failures() {
    return failures;
  }

  /** The fault of the latest GET; null if it had none. */
  FaultKind latest() {
    return kind;
  }

  /** The published fault that has not ended; null if there is none. */
  FaultKind published() {
    return published;
  }

  /** The HTTP status of the latest GET if IMS did not know the job; otherwise 0. */
  int notFoundStatus() {
    return kind == null ? notFound : 0;
  }

  long notFoundSince() {
    return notFoundSince;
  }
}
