package dev.imsbridge.ims;

import dev.imsbridge.job.JobId;
import dev.imsbridge.job.ProjectRef;
import java.util.Objects;

/**
 * A configured project of a region: where its jobs are asked for, as whom, and how often.
 *
 * @param name what the configuration calls it, for logs and metrics
 */
public record Project(
    String name,
    ProjectRef ref,
    Endpoint endpoint,
    Credentials credentials,
    BudgetSettings budget) {

  /**
   * @throws IllegalArgumentException if the id cannot stand in a path, or if a token or password
   *     would leave this machine unencrypted
   */
  public Project {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(budget, "budget");
    // Ids of projects and jobs obey the same rule, as both go into the path.
    if (!JobId.valid(ref.projectId())) {
      throw new IllegalArgumentException("project " + name + ": a project id is " + JobId.FORM);
    }
    if (credentials instanceof Credentials.Token) {
      requireEncryption(name, endpoint);
    }
    if (credentials instanceof Credentials.Password password) {
      requireEncryption(name, endpoint);
      requireEncryption(name, password.iam());
    }
  }

  private static void requireEncryption(String name, Endpoint endpoint) {
    if (!endpoint.tls() && !endpoint.loopback()) {
      throw new IllegalArgumentException(
          "project " + name + ": a token or password is not sent to " + endpoint + ": use https");
    }
  }
}
