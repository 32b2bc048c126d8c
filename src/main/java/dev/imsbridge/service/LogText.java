package dev.imsbridge.service;

import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import dev.imsbridge.terminal.SafeText;

/**
 * The text of a log line, {@code %text} in the pattern: the message, and for each exception one
 * line with its message and one with the place where it was thrown. Messages may quote external
 * text. Control characters in it are replaced by spaces, so that it cannot control a terminal or
 * imitate another log line. Thread-safe.
 */
public final class LogText extends ThrowableHandlingConverter {
  @Override
  public String convert(ILoggingEvent event) {
    StringBuilder text = new StringBuilder(SafeText.safe(event.getFormattedMessage()));
    String before = "";
    for (IThrowableProxy thrown = event.getThrowableProxy();
        thrown != null;
        thrown = thrown.isCyclic() ? null : thrown.getCause()) {
      String message = thrown.getMessage();
      text.append(System.lineSeparator())
          .append(before)
          .append(thrown.getClassName())
          .append(message == null ? "" : ": " + SafeText.safe(message));
      if (thrown.getStackTraceElementProxyArray().length > 0) {
        text.append(System.lineSeparator())
            .append('\t')
            .append(thrown.getStackTraceElementProxyArray()[0]);
      }
      before = "Caused by: ";
    }
    return text.toString();
  }
}
