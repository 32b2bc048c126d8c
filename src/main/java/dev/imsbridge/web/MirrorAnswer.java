package dev.imsbridge.web;

/** What the mirror can say of a job at one moment. */
sealed interface MirrorAnswer {

  /** What IMS said last. */
  record Body(byte[] bytes) implements MirrorAnswer {}

  /** There is no such job, as far as this project is concerned. */
  record Absent(String why) implements MirrorAnswer {}

  /**
   * Nothing yet.
   *
   * @param why what is awaited
   * @param ask whether the job has to be asked for: nobody watches it
   */
  record Pending(String why, boolean ask) implements MirrorAnswer {}
}
