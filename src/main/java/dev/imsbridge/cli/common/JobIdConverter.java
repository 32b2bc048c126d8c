package dev.imsbridge.cli.common;

import dev.imsbridge.job.JobId;
import dev.imsbridge.terminal.SafeText;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Refuses arguments that are not job ids. */
public final class JobIdConverter implements ITypeConverter<String> {
  @Override
  public String convert(String id) {
    if (!JobId.valid(id)) {
      throw new TypeConversionException(
          "'%s' is not a job id: %s".formatted(SafeText.line(id), JobId.FORM));
    }
    return id;
  }
}
