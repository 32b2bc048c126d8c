package dev.imsbridge.cli;

import dev.imsbridge.history.replay.ReplayFilter;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/** The options that select events. */
final class ReplayOptions {
  @Option(
      names = "--job",
      paramLabel = "ID",
      description =
          "Only events of this job: a root job with its tree, or a sub-job. " + "Repeatable.")
  private List<String> jobs = new ArrayList<>();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Only events of this job type. Repeatable.")
  private List<String> types = new ArrayList<>();

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description = "Only transitions to this status. Repeatable.")
  private List<String> statuses = new ArrayList<>();

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description =
          "Only events with this label. Repeatable: values of one name are "
              + "alternatives, different names must all match.")
  private List<String> labels = new ArrayList<>();

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Only events observed from this time on: " + TimeText.FORM + ".")
  private String from;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Only events observed before this time.")
  private String until;

  /** Whether a time depends on when the command is called. */
  boolean relative() {
    return TimeText.relative(from) || TimeText.relative(until);
  }

  /**
   * Returns the filter.
   *
   * @throws CommandFailure if an option is invalid
   */
  ReplayFilter filter(Clock clock) {
    jobs.stream()
        .filter(id -> !JobId.valid(id))
        .findFirst()
        .ifPresent(
            id -> {
              throw CommandFailure.usage("--job: '" + SafeText.line(id) + "' is not a job id");
            });
    Instant now = clock.instant();
    Instant first = TimeText.parse("--from", from, now, clock.getZone());
    Instant last = TimeText.parse("--until", until, now, clock.getZone());
    if (first != null && last != null && !first.isBefore(last)) {
      throw CommandFailure.usage("--until: not after --from, so there is nothing in between");
    }
    return new ReplayFilter(
        new HashSet<>(jobs), new HashSet<>(types), statuses(), labels(), first, last);
  }

  private Set<String> statuses() {
    Set<String> words = new HashSet<>();
    for (String status : statuses) {
      String word = status.toUpperCase(Locale.ROOT);
      try {
        words.add(JobStatus.valueOf(word).name());
      } catch (IllegalArgumentException e) {
        throw CommandFailure.usage(
            "--status takes INIT, RUNNING, SUCCESS, FAIL or LOST, not '"
                + SafeText.line(status)
                + "'");
      }
    }
    return words;
  }

  private Map<String, Set<String>> labels() {
    Map<String, Set<String>> all = new HashMap<>();
    for (String label : labels) {
      int equals = label.indexOf('=');
      if (equals < 1) {
        throw CommandFailure.usage("--label: write NAME=VALUE, not '" + SafeText.line(label) + "'");
      }
      all.computeIfAbsent(label.substring(0, equals), name -> new HashSet<>())
          .add(label.substring(equals + 1));
    }
    return all;
  }
}
