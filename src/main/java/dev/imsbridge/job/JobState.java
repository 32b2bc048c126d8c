package dev.imsbridge.job;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;

/**
 * The published state of one job at one moment: the fields that transitions, completions and the
 * status topic have in common.
 *
 * @param parentJobId null for a root job
 * @param sequence the number of transitions published for the job tree, including this one
 * @param entities verbatim JSON text of an object, or null
 * @param evidence the record that the state is based on
 */
public record JobState(
    String jobId,
    String rootJobId,
    String parentJobId,
    String jobType,
    ProjectRef project,
    JobStatus status,
    long sequence,
    JobTimes times,
    Instant observedAt,
    JobDetails details,
    String entities,
    SortedMap<String, String> labels,
    Evidence evidence) {

  /** This state as published in the completion, after all transitions of the tree. */
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
        times,
        completedAt,
        new JobDetails(details.errorCode(), details.failReason(), allImageIds),
        entities,
        labels,
        completedBy);
  }
}
