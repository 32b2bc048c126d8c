package dev.imsbridge.terminal;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * Ends a command with an exit code and a message. The message is one line (one per wrong setting),
 * contains no secret and says how to correct the problem. It is null if nothing is to be printed.
 */
public final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Exit code for invalid arguments or configuration. */
  public static final int USAGE = 2;

  /** Exit code for a failed command. */
  public static final int FAULT = 1;

  private final int exitCode;

  private CommandFailure(int exitCode, String line, Throwable cause) {
    super(line, cause);
    this.exitCode = exitCode;
  }

  public static CommandFailure usage(String line) {
    return new CommandFailure(USAGE, line, null);
  }

  public static CommandFailure fault(String line, Throwable cause) {
    return new CommandFailure(FAULT, line, cause);
  }

  /**
   * Returns the failure of a part that is not started because the command is ending. Has no
   * message.
   */
  static CommandFailure stopped() {
    return new CommandFailure(FAULT, null, null);
  }

  /** Returns the message of the failure that a step throws; empty if it succeeds. */
  public static Optional<String> caught(Supplier<?> step) {
    try {
      var unused = step.get();
      return Optional.empty();
    } catch (CommandFailure e) {
      return Optional.of(e.getMessage());
    }
  }

  public int exitCode() {
    return exitCode;
  }
}
