package dev.imsbridge.cli;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Ends a command: a line for the user, or several for several wrong settings, or null to say
 * nothing, and the exit code. The lines hold no secret and say what to do.
 */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What was asked for makes no sense: arguments or configuration. */
  static final int USAGE = 2;

  /** What was asked for could not be done. */
  static final int FAULT = 1;

  private final int exitCode;

  private CommandFailure(int exitCode, String line, Throwable cause) {
    super(line, cause);
    this.exitCode = exitCode;
  }

  static CommandFailure usage(String line) {
    return new CommandFailure(USAGE, line, null);
  }

  static CommandFailure fault(String line, Throwable cause) {
    return new CommandFailure(FAULT, line, cause);
  }

  /** For a start that a signal has overtaken: there is nobody left to tell. */
  static CommandFailure stopped() {
    return new CommandFailure(FAULT, null, null);
  }

  /** The line of the failure that a step ends with; empty if it succeeds. */
  static Optional<String> caught(Supplier<?> step) {
    try {
      var unused = step.get();
      return Optional.empty();
    } catch (CommandFailure e) {
      return Optional.of(e.getMessage());
    }
  }

  int exitCode() {
    return exitCode;
  }
}
