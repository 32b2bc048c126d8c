package dev.imsbridge.job;

import java.util.List;

/**
 * The description of one job in an answer of IMS. Parsing is tolerant: a value that is absent,
 * empty or of the wrong type is null or an empty list. Sub-jobs have the same shape at any depth.
 *
 * @param jobId null if the answer contains none
 * @param status as IMS wrote it; {@link JobStatus#ofApi} parses it
 * @param progress the part of the work that is done, 0 to 1, as IMS states it; null if it states
 *     none
 * @param details the error code and the fail reason of the job or, if they are empty, of its
 *     entities; the image ids in the entities and in the results of member jobs
 * @param entities the verbatim entities as JSON text; null if they are no object, exceed the limit
 *     or contain an unreadable part
 * @param results the verbatim {@code entities.results} as JSON text of an array; null if they are
 *     no array, exceed the limit or contain an unreadable part
 * @param shortened the names of the fields that exceed their limit and were cut or omitted
 * @param unreadable one phrase for each part of the answer that is unreadable or breaks a rule
 * @param subJobs the described sub-jobs, in listed order
 * @param namedSubJobs the ids of sub-jobs that are listed but not described, in listed order
 * @param digest equal for answers with an equal description of this job, alone or within another
 *     job's; null, like {@code entities} and {@code results}, if the answer was parsed without them
 */
public record JobAnswer(
    String jobId,
    String jobType,
    String status,
    JobTimes times,
    Double progress,
    JobDetails details,
    String entities,
    String results,
    List<String> shortened,
    List<String> unreadable,
    List<JobAnswer> subJobs,
    List<String> namedSubJobs,
    String digest) {
  public JobAnswer {
    shortened = List.copyOf(shortened);
    unreadable = List.copyOf(unreadable);
    subJobs = List.copyOf(subJobs);
    namedSubJobs = List.copyOf(namedSubJobs);
  }
}
