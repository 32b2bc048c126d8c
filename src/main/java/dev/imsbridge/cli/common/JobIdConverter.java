package dev.imsbridge.cli.common;

import dev.imsbridge.job.JobId;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.SafeText;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Rejects arguments that are not job ids. */
public final class JobIdConverter implements ITypeConverter<String> {
  @Override
  public String convert(String id) {
    if (!JobId.valid(id)) {
      throw new TypeConversionException(
          "'%s' is not a job id: %s".formatted(SafeText.line(id), JobId.FORM));
    }
    return id;
  }

  /**
   * Checks a list of parameters. Such a list has no converter, because picocli reports a parameter
   * that a converter rejects as a surplus parameter.
   *
   * @throws CommandFailure if one is not a job id
   */
  public static void check(List<String> ids) {
    for (String id : ids) {
      if (!JobId.valid(id)) {
        throw CommandFailure.usage("'%s' is not a job id".formatted(SafeText.line(id)));
      }
    }
  }
}
