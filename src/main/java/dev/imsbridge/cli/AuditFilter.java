package dev.imsbridge.cli;

import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.job.Decision;
import dev.imsbridge.job.JobId;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Options that select audit entries. */
final class AuditFilter {
  @Option(
      names = "--job",
      paramLabel = "ID",
      description = "Only entries about this job or its sub-jobs. Repeatable.")
  private List<String> jobs = new ArrayList<>();

  @Option(
      names = "--what",
      paramLabel = "WHAT",
      split = ",",
      description = "Only these decisions, such as transition.published. Repeatable.")
  private List<String> decisions = new ArrayList<>();

  /**
   * Checks the options.
   *
   * @throws CommandFailure if a job id or a decision is invalid
   */
  void check() {
    jobs.stream()
        .filter(id -> !JobId.valid(id))
        .findFirst()
        .ifPresent(
            id -> {
              throw CommandFailure.usage("--job: '" + SafeText.line(id) + "' is not a job id");
            });
    decisions.replaceAll(what -> what.toLowerCase(Locale.ROOT));
    List<String> words = Arrays.stream(Decision.values()).map(Decision::word).toList();
    decisions.stream()
        .filter(what -> !words.contains(what))
        .findFirst()
        .ifPresent(
            what -> {
              throw CommandFailure.usage(
                  "--what: '%s' is none of %s"
                      .formatted(
                          SafeText.line(what), words.stream().collect(Collectors.joining(", "))));
            });
  }

  boolean wants(PublishedEvent entry) {
    return (jobs.isEmpty() || jobs.contains(entry.jobId()) || jobs.contains(entry.rootJobId()))
        && (decisions.isEmpty() || decisions.contains(entry.text("what")));
  }
}
