package dev.imsbridge.job;

/** The decisions recorded in the audit topic, each with the word that audit entries use for it. */
public enum Decision {
  REQUEST_ACCEPTED("request.accepted"),
  REQUEST_DUPLICATE("request.duplicate"),
  REQUEST_REDIRECTED("request.redirected"),
  REQUEST_CANCELLED("request.cancelled"),
  WATCH_OPENED("watch.opened"),
  WATCH_CLOSED("watch.closed"),
  WATCH_DEGRADED("watch.degraded"),
  WATCH_RECOVERED("watch.recovered"),
  WATCH_RESTORED("watch.restored"),
  STATUS_RESTORED("status.restored"),
  TRANSITION_PUBLISHED("transition.published"),
  COMPLETION_PUBLISHED("completion.published"),
  ANSWER_STALE("answer.stale"),
  ANSWER_CONTRADICTING("answer.contradicting"),
  ANSWER_UNKNOWN_STATUS("answer.unknown-status"),
  ANSWER_MALFORMED("answer.malformed"),
  ANSWER_TRUNCATED("answer.truncated"),
  ANSWER_PARTLY_READ("answer.partly-read"),
  OBSERVATION_LATE("observation.late");

  private final String word;

  Decision(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
