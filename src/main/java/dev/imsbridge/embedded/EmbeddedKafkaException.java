package dev.imsbridge.embedded;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** An embedded broker did not start. The message is one line with the reason and the remedy. */
public abstract sealed class EmbeddedKafkaException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private EmbeddedKafkaException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Another broker in this or another process uses the data directory. */
  public static final class DirectoryInUse extends EmbeddedKafkaException {
    private static final long serialVersionUID = 1L;

    DirectoryInUse(Path directory) {
      super(
          ("The Kafka data directory %s is in use by another broker."
                  + " Stop that broker, or choose another directory.")
              .formatted(directory),
          null);
    }
  }

  /** The port is in use. */
  public static final class PortTaken extends EmbeddedKafkaException {
    private static final long serialVersionUID = 1L;

    PortTaken(int port, Throwable cause) {
      super(
          "Port " + port + " on 127.0.0.1 is taken. Choose another port, or 0 for any free port.",
          cause);
    }
  }

  /** The data directory is not readable or writable, or it holds the data of another node. */
  public static final class DirectoryUnusable extends EmbeddedKafkaException {
    private static final long serialVersionUID = 1L;

    DirectoryUnusable(Path directory, Throwable cause) {
      super(
          ("The Kafka data directory %s cannot be used: %s."
                  + " Free disk space, make the directory writable, or choose another directory.")
              .formatted(directory, reason(cause)),
          cause);
    }
  }

  /** The broker failed during its start. */
  public static final class StartFailed extends EmbeddedKafkaException {
    private static final long serialVersionUID = 1L;

    StartFailed(Path directory, Throwable cause) {
      super(
          ("Kafka did not start with data directory %s: %s."
                  + " See the log for details, or choose another directory.")
              .formatted(directory, reason(cause)),
          cause);
    }
  }

  /** Returns the message of the root cause in one line. */
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
    // The message of a FileSystemException without a reason is only the path.
    return root instanceof FileSystemException file && file.getReason() == null
        ? root.getClass().getSimpleName() + " " + line
        : line;
  }
}
