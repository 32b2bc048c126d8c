package dev.imsbridge.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of one job of a tree.
 *
 * @param status what IMS said, as far up the lattice as it ever came; null before it said any
 * @param stages the statuses published, oldest first, each with its transition's time: {@code
 *     status} is the last of them, or LOST
 * @param describedBy the watched job whose latest answer described this one; null when it was only
 *     named, or is watched on its own
 * @param givenUp why its own watch ended before the job did; null otherwise, and once an answer
 *     tells of the job after all
 * @param generation of the watch opened last for this job; 0 before the first
 * @param unknownStatuses the words IMS used for its status that are not the API's
 * @param digest digest of the last answer taken in; null before the first
 * @param evidence the last answer taken in; null before the first
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

  /** Longer texts are cut in the store and in completions, in bytes as {@link JsonSize} counts. */
  static final int MAX_TEXT = 1024;

  static final int MAX_CODE = 64;
  static final int MAX_IMAGES = 16;
  private static final int MAX_UNKNOWN_STATUSES = 8;

  /** A job can be lost and asked for again without end; the oldest stages are dropped. */
  private static final int MAX_STAGES = 16;

  /** A status that was published, and when it was observed. */
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

  /** The last status published; null before the first. */
  public JobStatus published() {
    return stages.isEmpty() ? null : stages.get(stages.size() - 1).status();
  }

  /** Whether nothing more is published of this job. */
  public boolean ended() {
    return (status != null && status.terminal()) || lost();
  }

  /** Whether its loss was published, and the job was not asked for again since. */
  public boolean lost() {
    return givenUp != null && published() == JobStatus.LOST;
  }

  /**
   * Takes an answer's word for everything but whether that is worth publishing. A job that is told
   * of was given up too early.
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
        describedBy,
        givenUp,
        unknownStatuses,
        digest);
  }

  JobNode describedBy(String watchedJobId) {
    return with(stages, watchedJobId, givenUp, unknownStatuses, digest);
  }

  /**
   * Gives the job up. Why takes the place of a reason that IMS gave, until an answer tells of the
   * job after all.
   */
  JobNode givenUp(LostReason reason, String why) {
    return new JobNode(
        jobId,
        parentJobId,
        jobType,
        status,
        stages,
        beginTime,
        endTime,
        errorCode,
        JsonSize.cut(why, MAX_TEXT),
        imageIds,
        describedBy,
        reason,
        generation,
        unknownStatuses,
        digest,
        evidence);
  }

  /** As before its loss, and curious: the next answer counts as news even if it is the old one. */
  JobNode askedForAgain() {
    return with(stages, null, null, unknownStatuses, null);
  }

  /** Notes a word that is not a status; the node itself when it is known or there are too many. */
  JobNode puzzledBy(String word) {
    if (unknownStatuses.size() >= MAX_UNKNOWN_STATUSES || unknownStatuses.contains(word)) {
      return this;
    }
    List<String> words = new ArrayList<>(unknownStatuses);
    words.add(word);
    return with(stages, describedBy, givenUp, words, digest);
  }

  private JobNode with(
      List<Stage> newStages,
      String newDescribedBy,
      LostReason newGivenUp,
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
        failReason,
        imageIds,
        newDescribedBy,
        newGivenUp,
        generation,
        newUnknownStatuses,
        newDigest,
        evidence);
  }

  /** A watch of its own is opened: the next generation. */
  JobNode watchedAgain() {
    return new JobNode(
        jobId,
        parentJobId,
        jobType,
        status,
        stages,
        beginTime,
        endTime,
        errorCode,
        failReason,
        imageIds,
        describedBy,
        givenUp,
        generation + 1,
        unknownStatuses,
        digest,
        evidence);
  }
}
