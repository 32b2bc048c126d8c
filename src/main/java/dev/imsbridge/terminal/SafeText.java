package dev.imsbridge.terminal;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Pattern;

/** Makes external text safe to print on a terminal. */
public final class SafeText {
  private static final int MAX_LENGTH = 160;

  // Matches up to the last @: an unescaped password may contain an @ or a slash.
  private static final Pattern USER_INFORMATION =
      Pattern.compile("(?s)^(\\s*[A-Za-z][A-Za-z0-9+.-]*://)?.*@");

  // Control characters (Cc), format characters (Cf: direction marks, joiners, tags), line and
  // paragraph separators, and the letters, marks and symbols that Unicode displays as nothing.
  private static final Pattern INVISIBLE =
      Pattern.compile(
          "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\x{34f}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180f}"
              + "\\x{2065}\\x{2800}\\x{3164}\\x{fe00}-\\x{fe0f}\\x{ffa0}\\x{fff0}-\\x{fff8}"
              + "\\x{e0000}-\\x{e0fff}]+");

  private SafeText() {}

  /**
   * Replaces each run of invisible characters with a space. Such characters can control a terminal,
   * reorder the text, or make two texts look alike.
   */
  public static String safe(String text) {
    return INVISIBLE.matcher(text).replaceAll(" ");
  }

  /** Like {@link #safe}, and shortened to one line of limited length. */
  public static String line(String text) {
    String line = safe(text);
    if (line.length() <= MAX_LENGTH) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH;
    return line.substring(0, end) + "...";
  }

  /** Like {@link #line}, with the user information of a URL replaced by {@code ***}. */
  public static String url(String text) {
    return line(USER_INFORMATION.matcher(text).replaceAll("$1***@"));
  }

  /**
   * Returns the first line of the message of the innermost cause. Without a message, returns its
   * class name.
   */
  public static String reason(Throwable failure) {
    Throwable cause = root(failure);
    if (cause instanceof FileSystemException file && file.getReason() == null) {
      return fileReason(file);
    }
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : line(message.lines().findFirst().orElse(""));
  }

  /** Returns the innermost cause. */
  public static Throwable root(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && cause.getCause() != cause) {
      cause = cause.getCause();
    }
    return cause;
  }

  // The message of these exceptions is only the path.
  private static String fileReason(FileSystemException failure) {
    String what =
        failure instanceof NoSuchFileException
            ? "no such file or directory"
            : failure instanceof AccessDeniedException
                ? "permission denied"
                : failure instanceof FileAlreadyExistsException
                    ? "already exists"
                    : failure.getClass().getSimpleName();
    return line(failure.getFile() + ": " + what);
  }
}
