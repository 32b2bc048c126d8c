package dev.imsbridge.job;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The stored state of one job of a tree.
 *
 * @param parentJobId null for the root job
 * @param status the highest status that IMS has reported; null before the first
 * @param stages the published statuses, oldest first, each with the time of its transition; the
 *     last one is {@code status} or {@link JobStatus#LOST}
 * @param details the details in the last answer, each cut to its limit
 */
public record JobNode(
    String jobId,
    String parentJobId,
    String jobType,
    JobStatus status,
    List<Stage> stages,
    JobTimes times,
    JobDetails details,
    Polling polling,
    Answers answers) {

  /**
   * Maximum size of a text in the store and in completions, in bytes as {@link JsonSize} counts.
   * Longer texts are cut.
   */
  private static final int MAX_TEXT = 1024;

  static final int MAX_CODE = 64;
  private static final int MAX_IMAGES = 16;
  private static final int MAX_UNKNOWN_STATUSES = 8;

  /** The oldest stages are dropped, because a job can be lost and requested again without limit. */
  private static final int MAX_STAGES = 16;

  /** A published status and the time at which it was observed. */
  public record Stage(JobStatus status, Instant at) {}

  /**
   * How the bridge learns about the job.
   *
   * @param describedBy the watched job whose latest answer described this job; null if this job was
   *     only named or has its own watch
   * @param givenUp why the watch of this job ended before the job; null otherwise, and null again
   *     when a later answer describes the job
   * @param generation the generation of the last watch opened for this job; 0 before the first
   */
  public record Polling(String describedBy, LostReason givenUp, int generation) {}

  /**
   * The answers about the job.
   *
   * @param unknownStatuses the status words that IMS used and the API does not define
   * @param digest the digest of the last answer; null before the first answer to a request
   * @param evidence the answer that last changed this job; null before the first
   */
  public record Answers(List<String> unknownStatuses, String digest, Evidence evidence) {
    public Answers {
      unknownStatuses = List.copyOf(unknownStatuses);
    }
  }

  public JobNode {
    stages = List.copyOf(stages);
  }

  /** A job of which only the id is known. */
  static JobNode named(String jobId, String parentJobId) {
    return new JobNode(
        jobId,
        parentJobId,
        null,
        null,
        List.of(),
        JobTimes.UNKNOWN,
        JobDetails.NONE,
        new Polling(null, null, 0),
        new Answers(List.of(), null, null));
  }

  /** Whether this is a sub-job. */
  boolean hasParent() {
    return parentJobId != null;
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
    return polling.givenUp() != null && published() == JobStatus.LOST;
  }

  /**
   * Applies an answer; publication is separate. The job is no longer given up, because a job that
   * an answer describes was given up too early.
   *
   * @param source the answer that last changed the job
   */
  JobNode withAnswer(JobAnswer answer, JobStatus newStatus, Evidence source) {
    JobDetails found = answer.details();
    return new JobNode(
        jobId,
        parentJobId,
        answer.jobType() == null ? jobType : JsonSize.cut(answer.jobType(), MAX_CODE),
        newStatus,
        stages,
        answer.times().orElse(times),
        new JobDetails(
            JsonSize.cut(found.errorCode(), MAX_CODE),
            JsonSize.cut(found.failReason(), MAX_TEXT),
            found.imageIds().stream()
                .limit(MAX_IMAGES)
                .map(id -> JsonSize.cut(id, MAX_CODE))
                .toList()),
        new Polling(polling.describedBy(), null, polling.generation()),
        new Answers(answers.unknownStatuses(), answer.digest(), source));
  }

  /** Adds a published status. */
  JobNode withStage(Stage stage) {
    List<Stage> all = new ArrayList<>(stages);
    all.add(stage);
    int dropped = Math.max(0, all.size() - MAX_STAGES);
    return with(all.subList(dropped, all.size()), details, polling, answers);
  }

  JobNode withDescription(String watchedJobId) {
    return with(new Polling(watchedJobId, polling.givenUp(), polling.generation()), answers);
  }

  /**
   * Gives the job up. {@code why} replaces a fail reason given by IMS until an answer describes the
   * job again.
   */
  JobNode withGivenUp(LostReason reason, String why) {
    return with(
        stages,
        new JobDetails(details.errorCode(), JsonSize.cut(why, MAX_TEXT), details.imageIds()),
        new Polling(polling.describedBy(), reason, polling.generation()),
        answers);
  }

  /**
   * Resets the job for a new request. Clears the digest, so that the next answer counts as new even
   * if it repeats the last one.
   */
  JobNode withNewRequest() {
    return with(
        new Polling(null, null, polling.generation()),
        new Answers(answers.unknownStatuses(), null, answers.evidence()));
  }

  /**
   * Records a word that is not a status. Returns this node if the word is recorded already or too
   * many are.
   */
  JobNode withUnknownStatus(String word) {
    List<String> words = new ArrayList<>(answers.unknownStatuses());
    if (words.size() >= MAX_UNKNOWN_STATUSES || words.contains(word)) {
      return this;
    }
    words.add(word);
    return with(polling, new Answers(words, answers.digest(), answers.evidence()));
  }

  /** Starts the next generation, for a new watch. */
  JobNode withNextGeneration() {
    return with(
        new Polling(polling.describedBy(), polling.givenUp(), polling.generation() + 1), answers);
  }

  private JobNode with(Polling newPolling, Answers newAnswers) {
    return with(stages, details, newPolling, newAnswers);
  }

  private JobNode with(
      List<Stage> newStages, JobDetails newDetails, Polling newPolling, Answers newAnswers) {
    return new JobNode(
        jobId, parentJobId, jobType, status, newStages, times, newDetails, newPolling, newAnswers);
  }
}
