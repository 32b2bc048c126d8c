package dev.imsbridge.ims;

import java.util.regex.Pattern;

/**
 * The path of a job query, with the placeholders {@code {job_id}} and, if the API requires it,
 * {@code {project_id}}. Immutable.
 */
public final class PathTemplate {
  private static final String PROJECT = "{project_id}";
  private static final String JOB = "{job_id}";
  // Characters that need no escaping, so that the signed path equals the sent path.
  private static final Pattern PLAIN = Pattern.compile("(/[A-Za-z0-9._~-]+)+");

  /** The path of IMS. ECS, EVS and BMS use the same path. */
  public static final PathTemplate DEFAULT = of("/v1/{project_id}/jobs/{job_id}");

  private final String text;

  private PathTemplate(String text) {
    this.text = text;
  }

  /**
   * Parses a template.
   *
   * @throws IllegalArgumentException if the text is not a path of plain segments with a job id
   */
  public static PathTemplate of(String text) {
    String plain = text.replace(PROJECT, "p").replace(JOB, "j");
    boolean hasDotSegments =
        plain.contains("/./") || plain.contains("/../") || plain.matches(".*/\\.\\.?");
    if (!text.contains(JOB) || !PLAIN.matcher(plain).matches() || hasDotSegments) {
      throw new IllegalArgumentException(
          "a path template must look like /v1/{project_id}/jobs/{job_id}: it contains {job_id}, may contain {project_id}, begins with / and has no query");
    }
    return new PathTemplate(text);
  }

  /** Inserts the ids. The caller has validated both, so they need no escaping. */
  String expand(String projectId, String jobId) {
    return text.replace(PROJECT, projectId).replace(JOB, jobId);
  }

  @Override
  public String toString() {
    return text;
  }
}
