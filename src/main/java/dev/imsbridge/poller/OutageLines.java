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
    return line(
        project,
        "all polls have failed since %s: %s, %s"
            .formatted(
                outage.since().truncatedTo(ChronoUnit.SECONDS), outage.fault(), outage.detail()),
        reaction(project));
  }

  private static String reaction(PollerView.Project project) {
    String until = " one call at a time until IMS answers. Watches are kept and polled again then.";
    if (project.credentialsRefused()) {
      return " Check the credentials. The bridge sends" + until;
    }
    return project.endpointDown()
        ? " The bridge sends" + until
        : " Each job is polled again after a pause that grows to 1 min.";
  }

  static String ended(PollerView.Project project, PollerView.Outage outage, Instant now) {
    long seconds = Duration.between(outage.since(), now).toSeconds();
    return line(
        project,
        "polls succeed again after %s s and %s failed polls".formatted(seconds, outage.failures()),
        "");
  }

  private static String line(PollerView.Project project, String news, String reaction) {
    return String.format(
        Locale.ROOT,
        "project %s (%s/%s): %s. %d jobs wait.%s",
        project.name(),
        project.ref().region(),
        project.ref().projectId(),
        news,
        project.waiting() + project.inFlight(),
        reaction);
  }
}
