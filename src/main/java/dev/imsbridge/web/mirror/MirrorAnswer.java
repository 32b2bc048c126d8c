package dev.imsbridge.web.mirror;

/** The result of one lookup of a job by the mirror. */
sealed interface MirrorAnswer {

  /** The latest answer of IMS. */
  record Body(byte[] bytes) implements MirrorAnswer {}

  /** The project has no such job. */
  record Absent(String why) implements MirrorAnswer {}

  /**
   * There is no answer yet.
   *
   * @param why the reason why the answer is not available
   * @param ask whether the job must be requested, because no open watch will bring an answer
   */
  record Pending(String why, boolean ask) implements MirrorAnswer {}
}
