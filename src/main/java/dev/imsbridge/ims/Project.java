package dev.imsbridge.ims;

import dev.imsbridge.job.JobId;
import dev.imsbridge.job.ProjectRef;
import java.util.Objects;

/**
 * A configured project of a region: its endpoint, its credentials and its budget.
 *
 * @param name the name in the configuration, for logs and metrics
 */
public record Project(
    String name,
    ProjectRef ref,
    Endpoint endpoint,
    Credentials credentials,
    BudgetSettings budget) {

  /**
   * @throws IllegalArgumentException if the id is not valid in a path, or if a token or password
   *     would be sent unencrypted to another host
   */
  public Project {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(budget, "budget");
    // Project ids and job ids follow the same rule because both become part of the path.
    if (!JobId.valid(ref.projectId())) {
      throw new IllegalArgumentException(
          "project " + name + ": the project id must be " + JobId.FORM);
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
          "project "
              + name
              + ": a token or password is not sent unencrypted to "
              + endpoint
              + ": use https");
    }
  }
}
