package dev.imsbridge.embedded;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** An embedded broker did not start; the message says why and what to do, in one line. */
public abstract sealed class EmbeddedKafkaException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private EmbeddedKafkaException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Another broker, in this process or another, uses the data directory. */
  public static final class DirectoryInUse extends EmbeddedKafkaException {
    private static final long serialVersionUID = 1L;

    DirectoryInUse(Path directory, Throwable cause) {
      super(
          "The Kafka data directory "
              + directory
              + " is in use by another process. Stop it, or choose another directory.",
          cause);
    }
  }

  /** Something else listens on the port. */
  public static final class PortTaken extends EmbeddedKafkaException {
    private static final long serialVersionUID = 1L;

    PortTaken(int port, Throwable cause) {
      super(
          "Port " + port + " on 127.0.0.1 is taken. Choose another port, or 0 for any free one.",
          cause);
    }
  }

  /** The data directory can't be read or written, or holds what this broker can't continue from. */
  public static final class DirectoryUnusable extends EmbeddedKafkaException {
    private static final long serialVersionUID = 1L;

    DirectoryUnusable(Path directory, Throwable cause) {
      super(
          "The Kafka data directory "
              + directory
              + " can't be used: "
              + reason(cause)
              + ". Make room there, make it writable, or choose another directory.",
          cause);
    }
  }

  /** The broker gave up while starting. */
  public static final class StartFailed extends EmbeddedKafkaException {
    private static final long serialVersionUID = 1L;

    StartFailed(Path directory, Throwable cause) {
      super("Kafka did not start on " + directory + ": " + reason(cause), cause);
    }
  }

  /** The innermost cause, in one line. */
  static String reason(Throwable cause) {
    var root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    var message = root.getMessage();
    return message == null ? root.getClass().getSimpleName() : oneLine(root, message);
  }

  private static String oneLine(Throwable root, String message) {
    var line = message.lines().findFirst().orElse("").replaceFirst("\\.$", "");
    // A FileSystemException's message is the bare path.
    return root instanceof FileSystemException file && file.getReason() == null
        ? root.getClass().getSimpleName() + " " + line
        : line;
  }
}
