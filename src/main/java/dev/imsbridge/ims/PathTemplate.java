package dev.imsbridge.ims;

import java.util.regex.Pattern;

/**
 * The path of a job query, with {@code {job_id}} and, where the API wants it, {@code {project_id}}
 * in it. Immutable.
 */
public final class PathTemplate {
  private static final String PROJECT = "{project_id}";
  private static final String JOB = "{job_id}";
  // Nothing that would have to be escaped, so that what is signed is what is sent.
  private static final Pattern PLAIN = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

  /** The path of IMS; ECS, EVS and BMS have the same. */
  public static final PathTemplate DEFAULT = of("/v1/{project_id}/jobs/{job_id}");

  private final String text;

  private PathTemplate(String text) {
    this.text = text;
  }

  /**
   * @throws IllegalArgumentException if it is no path of plain segments around a job id
   */
  public static PathTemplate of(String text) {
    String plain = text.replace(PROJECT, "p").replace(JOB, "j");
    boolean climbs = plain.contains("/./") || plain.contains("/../") || plain.matches(".*/\\.\\.?");
    if (!text.contains(JOB) || !PLAIN.matcher(plain).matches() || climbs) {
      throw new IllegalArgumentException(
          "a path template looks like /v1/{project_id}/jobs/{job_id}: it holds {job_id}, may hold {project_id}, begins with / and has no query");
    }
    return new PathTemplate(text);
  }

  /** Both ids were found valid before, so nothing needs escaping. */
  String expand(String projectId, String jobId) {
    return text.replace(PROJECT, projectId).replace(JOB, jobId);
  }

  @Override
  public String toString() {
    return text;
  }
}
