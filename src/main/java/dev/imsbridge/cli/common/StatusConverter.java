package dev.imsbridge.cli.common;

import dev.imsbridge.job.JobStatus;
import dev.imsbridge.job.StatusWords;
import dev.imsbridge.terminal.SafeText;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Converts an option to a status. An outcome is converted to the status of such a job. */
public final class StatusConverter implements ITypeConverter<JobStatus> {
  @Override
  public JobStatus convert(String word) {
    return StatusWords.status(word)
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is not one of %s".formatted(SafeText.line(word), StatusWords.STATUSES)));
  }
}
