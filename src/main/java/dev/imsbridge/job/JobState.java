package dev.imsbridge.job;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * All that is published of one job at one moment: the part that transitions, completions and the
 * status topic have in common.
 *
 * @param parentJobId null for a root job
 * @param sequence how many transitions of the job tree were published up to and with this one
 * @param entities verbatim JSON text of an object, or null
 * @param evidence the observation it rests on
 */
public record JobState(
    String jobId,
    String rootJobId,
    String parentJobId,
    String jobType,
    ProjectRef project,
    JobStatus status,
    long sequence,
    Instant beginTime,
    Instant endTime,
    Instant observedAt,
    String errorCode,
    String failReason,
    List<String> imageIds,
    String entities,
    SortedMap<String, String> labels,
    Evidence evidence) {

  /** This state as the completion tells it: after all of the tree's transitions. */
  JobState completed(
      long lastSequence, Instant completedAt, List<String> allImageIds, Evidence completedBy) {
    return new JobState(
        jobId,
        rootJobId,
        parentJobId,
        jobType,
        project,
        status,
        lastSequence,
        beginTime,
        endTime,
        completedAt,
        errorCode,
        failReason,
        allImageIds,
        entities,
        labels,
        completedBy);
  }
}
