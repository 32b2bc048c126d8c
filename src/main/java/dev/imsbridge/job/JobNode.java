package dev.imsbridge.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The stored state of one job of a tree.
 *
 * @param status the highest status that IMS has reported; null before the first
 * @param stages the published statuses, oldest first, each with the time of its transition; the
 *     last one is {@code status} or {@link JobStatus#LOST}
 * @param describedBy the watched job whose latest answer described this job; null if this job was
 *     only named or has its own watch
 * @param givenUp why the watch of this job ended before the job; null otherwise, and null again
 *     when a later answer describes the job
 * @param generation the generation of the last watch opened for this job; 0 before the first
 * @param unknownStatuses the status words that IMS used and the API does not define
 * @param digest the digest of the last answer; null before the first answer to a request
 * @param evidence the answer that last changed this job; null before the first
 */
public record JobNode(
    String jobId,
    String parentJobId,
    String jobType,
    JobStatus status,
    List<Stage> stages,
    Instant beginTime,
    Instant endTime,
    String errorCode,
    String failReason,
    List<String> imageIds,
    String describedBy,
    LostReason givenUp,
    int generation,
    List<String> unknownStatuses,
    String digest,
    Evidence evidence) {

  /**
   * Maximum size of a text in the store and in completions, in bytes as {@link JsonSize} counts.
   * Longer texts are cut.
   */
  static final int MAX_TEXT = 1024;

  static final int MAX_CODE = 64;
  static final int MAX_IMAGES = 16;
  private static final int MAX_UNKNOWN_STATUSES = 8;

  /** The oldest stages are dropped, because a job can be lost and requested again without limit. */
  private static final int MAX_STAGES = 16;

  /** A published status and the time at which it was observed. */
  public record Stage(JobStatus status, Instant at) {}

  public JobNode {
    stages = List.copyOf(stages);
    imageIds = List.copyOf(imageIds);
    unknownStatuses = List.copyOf(unknownStatuses);
  }

  static JobNode named(String jobId, String parentJobId) {
    return new JobNode(
        jobId,
        parentJobId,
        null,
        null,
        List.of(),
        null,
        null,
        null,
        null,
        List.of(),
        null,
        null,
        0,
        List.of(),
        null,
        null);
  }

  /** The last published status; null before the first. */
  public JobStatus published() {
    return stages.isEmpty() ? null : stages.get(stages.size() - 1).status();
  }

  /** Whether the job has ended: its status is terminal, or its loss was published. */
  public boolean ended() {
    return (status != null && status.terminal()) || lost();
  }

  /** Whether the loss of the job was published and the job was not requested again since. */
  public boolean lost() {
    return givenUp != null && published() == JobStatus.LOST;
  }

  /**
   * Applies an answer; publication is separate. Clears {@code givenUp}, because a job that an
   * answer describes was given up too early.
   */
  JobNode told(JobAnswer answer, JobStatus newStatus, Evidence source) {
    return new JobNode(
        jobId,
        parentJobId,
        answer.jobType() == null ? jobType : JsonSize.cut(answer.jobType(), MAX_CODE),
        newStatus,
        stages,
        answer.beginTime() == null ? beginTime : answer.beginTime(),
        answer.endTime() == null ? endTime : answer.endTime(),
        JsonSize.cut(answer.errorCode(), MAX_CODE),
        JsonSize.cut(answer.failReason(), MAX_TEXT),
        answer.imageIds().stream().limit(MAX_IMAGES).map(id -> JsonSize.cut(id, MAX_CODE)).toList(),
        describedBy,
        null,
        generation,
        unknownStatuses,
        answer.digest(),
        source);
  }

  JobNode published(JobStatus newPublished, Instant at) {
    List<Stage> all = new ArrayList<>(stages);
    all.add(new Stage(newPublished, at));
    return with(
        all.subList(Math.max(0, all.size() - MAX_STAGES), all.size()),
        failReason,
        describedBy,
        givenUp,
        generation,
        unknownStatuses,
        digest);
  }

  JobNode describedBy(String watchedJobId) {
    return with(stages, failReason, watchedJobId, givenUp, generation, unknownStatuses, digest);
  }

  /**
   * Gives the job up. {@code why} replaces a fail reason given by IMS until an answer describes the
   * job again.
   */
  JobNode givenUp(LostReason reason, String why) {
    return with(
        stages,
        JsonSize.cut(why, MAX_TEXT),
        describedBy,
        reason,
        generation,
        unknownStatuses,
        digest);
  }

  /**
   * Resets the job for a new request. Clears the digest, so that the next answer counts as new even
   * if it repeats the last one.
   */
  JobNode askedForAgain() {
    return with(stages, failReason, null, null, generation, unknownStatuses, null);
  }

  /**
   * Records a word that is not a status. Returns this node if the word is recorded already or too
   * many are.
   */
  JobNode puzzledBy(String word) {
    if (unknownStatuses.size() >= MAX_UNKNOWN_STATUSES || unknownStatuses.contains(word)) {
      return this;
    }
    List<String> words = new ArrayList<>(unknownStatuses);
    words.add(word);
    return with(stages, failReason, describedBy, givenUp, generation, words, digest);
  }

  /** Returns the node under the next generation, for a new watch. */
  JobNode watchedAgain() {
    return with(stages, failReason, describedBy, givenUp, generation + 1, unknownStatuses, digest);
  }

  private JobNode with(
      List<Stage> newStages,
      String newFailReason,
      String newDescribedBy,
      LostReason newGivenUp,
      int newGeneration,
      List<String> newUnknownStatuses,
      String newDigest) {
    return new JobNode(
        jobId,
        parentJobId,
        jobType,
        status,
        newStages,
        beginTime,
        endTime,
        errorCode,
        newFailReason,
        imageIds,
        newDescribedBy,
        newGivenUp,
        newGeneration,
        newUnknownStatuses,
        newDigest,
        evidence);
  }
}
