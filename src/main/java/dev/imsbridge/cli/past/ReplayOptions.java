package dev.imsbridge.cli.past;

import dev.imsbridge.cli.common.JobIdConverter;
import dev.imsbridge.cli.common.Label;
import dev.imsbridge.cli.common.StatusConverter;
import dev.imsbridge.cli.common.TimeText;
import dev.imsbridge.history.replay.ReplayFilter;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.terminal.CommandFailure;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that select events. */
final class ReplayOptions {
  @Option(
      names = "--job",
      paramLabel = "ID",
      converter = JobIdConverter.class,
      description = "Only events of this job: a root job with its tree, or a sub-job. Repeatable.")
  private List<String> jobs = List.of();

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      description = "Only events of this job type. Repeatable.")
  private List<String> types = List.of();

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      converter = StatusConverter.class,
      description = "Only events with this status; an outcome counts as its status. Repeatable.")
  private List<JobStatus> statuses = List.of();

  @Option(
      names = "--label",
      paramLabel = "NAME=VALUE",
      description =
          "Only events with this label. Repeatable: values of one name are "
              + "alternatives, different names must all match.")
  private List<Label> labels = List.of();

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Only events observed from this time on: " + TimeText.FORM + ".")
  private Instant from;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Only events observed before this time.")
  private Instant until;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /** Whether a time depends on when the command is called. */
  boolean relative() {
    return Stream.of("--from", "--until")
        .flatMap(name -> command.findOption(name).originalStringValues().stream())
        .anyMatch(TimeText::relative);
  }

  /**
   * Returns the filter.
   *
   * @throws CommandFailure if no event can match
   */
  ReplayFilter filter() {
    if (from != null && until != null && !from.isBefore(until)) {
      throw CommandFailure.usage("--until: not after --from, so there is nothing in between");
    }
    return new ReplayFilter(
        new HashSet<>(jobs),
        new HashSet<>(types),
        statuses.stream().map(JobStatus::name).collect(Collectors.toSet()),
        labels.stream()
            .collect(
                Collectors.groupingBy(
                    Label::name, Collectors.mapping(Label::value, Collectors.toSet()))),
        from,
        until);
  }
}
