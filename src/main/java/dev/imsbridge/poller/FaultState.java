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
   * @param quietFailures consecutive faults of the same kind before a temporary one is published
   * @return whether to publish the fault: it is new, or its bytes are
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
    boolean news = kind != published || !body.equals(publishedBody);
    published = kind;
    publishedBody = body;
    return news;
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
   * @return whether to publish that: a fault was published
   */
  boolean ended() {
    boolean news = published != null;
    forgetPublished();
    return news;
  }

  /** Makes the next fault be published again, because the last one may not have arrived. */
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
