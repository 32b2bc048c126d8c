package dev.imsbridge.poller;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Formats the log lines about the outages of a project. */
final class OutageLines {
  private OutageLines() {}

  static String began(PollerView.Project project) {
    PollerView.Outage outage = project.outage();
    return String.format(
        Locale.ROOT,
        "%s has no answer from IMS since %s: %s, %s. %d jobs wait. %s",
        name(project),
        outage.since().truncatedTo(ChronoUnit.SECONDS),
        outage.fault(),
        outage.detail(),
        project.jobs(),
        reaction(project));
  }

  private static String reaction(PollerView.Project project) {
    String until = " one call at a time until IMS answers. Watches are kept and polled again then.";
    if (project.credentialsRefused()) {
      return "Check the credentials. The bridge sends" + until;
    }
    return project.endpointDown()
        ? "The bridge sends" + until
        : "Each job is polled again after a pause that grows to 1 min.";
  }

  /**
   * @param outage the outage that has ended
   */
  static String ended(PollerView.Project project, PollerView.Outage outage, Instant now) {
    return String.format(
        Locale.ROOT,
        "%s has answers from IMS again after %d s and %d failed polls. %d jobs wait.",
        name(project),
        Duration.between(outage.since(), now).toSeconds(),
        outage.failures(),
        project.jobs());
  }

  private static String name(PollerView.Project project) {
    return "project %s (%s/%s)"
        .formatted(project.name(), project.ref().region(), project.ref().projectId());
  }
}
