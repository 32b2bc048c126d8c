package dev.imsbridge.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;

/** Texts from elsewhere, made fit for a terminal. */
final class Screen {
  private static final int LENGTH = 160;

  // Up to the last @: a password that was not escaped may hold one, or a slash.
  private static final Pattern USER_INFORMATION =
      Pattern.compile("(?s)^(\\s*[A-Za-z][A-Za-z0-9+.-]*://)?.*@");

  private Screen() {}

  /** Without control characters, which could steer a terminal. */
  static String safe(String text) {
    return text.replaceAll("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029\\u202a-\\u202e]+", " ");
  }

  /** The same, and not too long. */
  static String line(String text) {
    String line = safe(text);
    return line.length() <= LENGTH ? line : line.substring(0, LENGTH) + "...";
  }

  /** The same, without the user and password that a URL in it may hold. */
  static String url(String text) {
    return line(USER_INFORMATION.matcher(text).replaceAll("$1***@"));
  }

  /** Why something failed, in one line. */
  static String reason(Throwable failure) {
    Throwable cause = root(failure);
    if (cause instanceof FileSystemException file && file.getReason() == null) {
      return fileReason(file);
    }
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : line(message.lines().findFirst().orElse(""));
  }

  /** The innermost cause. */
  static Throwable root(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause;
  }

  // Says nothing but the path by itself.
  private static String fileReason(FileSystemException failure) {
    String what =
        failure instanceof NoSuchFileException
            ? "no such file or directory"
            : failure instanceof AccessDeniedException
                ? "permission denied"
                : failure instanceof FileAlreadyExistsException
                    ? "is there already"
                    : failure.getClass().getSimpleName();
    return line(failure.getFile() + ": " + what);
  }
}
