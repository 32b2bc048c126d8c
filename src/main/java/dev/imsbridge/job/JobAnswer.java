package dev.imsbridge.job;

import java.time.Instant;
import java.util.List;

/**
 * What IMS said of one job in one answer, read tolerantly: whatever was absent, empty or of a wrong
 * kind is null or an empty list. Sub-jobs have the same shape at any depth.
 *
 * @param jobId null where the answer names none
 * @param status as IMS wrote it; {@link JobStatus#ofApi} reads it
 * @param errorCode the job's, or where that is empty the one in its entities
 * @param failReason likewise
 * @param imageIds images named in the entities and in the results of member jobs
 * @param entities the verbatim entities as JSON text, null when there was no object, one over the
 *     limit, or one with an unreadable part
 * @param results the verbatim {@code entities.results} as the JSON text of an array, null when
 *     there was none, one over the limit, or one with an unreadable part
 * @param shortened the names of the fields that are over their limit and were cut or left out
 * @param unreadable the parts of the answer that are unreadable or break a rule, one phrase for
 *     each
 * @param subJobs the sub-jobs described, in listed order
 * @param namedSubJobs the ids of all sub-jobs named, described or not, in listed order
 * @param digest equal for equal answers about this job, whatever they were part of
 */
public record JobAnswer(
    String jobId,
    String jobType,
    String status,
    Instant beginTime,
    Instant endTime,
    String errorCode,
    String failReason,
    List<String> imageIds,
    String entities,
    String results,
    List<String> shortened,
    List<String> unreadable,
    List<JobAnswer> subJobs,
    List<String> namedSubJobs,
    String digest) {
  public JobAnswer {
    imageIds = List.copyOf(imageIds);
    shortened = List.copyOf(shortened);
    unreadable = List.copyOf(unreadable);
    subJobs = List.copyOf(subJobs);
    namedSubJobs = List.copyOf(namedSubJobs);
  }
}
