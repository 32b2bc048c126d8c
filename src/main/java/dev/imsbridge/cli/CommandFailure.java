package dev.imsbridge.cli;

/**
 * Ends a command: one line for the user, or null to say nothing, and the exit code. The line holds
 * no secret and says what to do.
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

  int exitCode() {
    return exitCode;
  }
}
