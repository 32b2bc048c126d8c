package dev.imsbridge.cli.past;

import dev.imsbridge.cli.common.JobIdConverter;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.job.Decision;
import dev.imsbridge.terminal.SafeText;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options that select audit entries. */
final class AuditFilter {
  private static final String WORDS =
      Stream.of(Decision.values()).map(Decision::word).collect(Collectors.joining(", "));

  @Option(
      names = "--job",
      paramLabel = "ID",
      converter = JobIdConverter.class,
      description = "Only entries about this job or its sub-jobs. Repeatable.")
  private List<String> jobs = List.of();

  @Option(
      names = "--what",
      paramLabel = "WHAT",
      split = ",",
      converter = DecisionConverter.class,
      description = "Only these decisions, such as transition.published. Repeatable.")
  private List<Decision> decisions = List.of();

  boolean wants(PublishedEvent entry) {
    return (jobs.isEmpty() || jobs.contains(entry.jobId()) || jobs.contains(entry.rootJobId()))
        && (decisions.isEmpty()
            || decisions.stream().anyMatch(each -> each.word().equals(entry.text("what"))));
  }

  private static final class DecisionConverter implements ITypeConverter<Decision> {
    @Override
    public Decision convert(String word) {
      return Stream.of(Decision.values())
          .filter(each -> each.word().equalsIgnoreCase(word))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' is none of %s".formatted(SafeText.line(word), WORDS)));
    }
  }
}
