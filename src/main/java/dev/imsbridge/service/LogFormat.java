package dev.imsbridge.service;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.OutputStreamAppender;
import org.slf4j.LoggerFactory;

/** Writes the log of this process as JSON, one object in each line. */
public final class LogFormat {
  private LogFormat() {}

  /** Changes the form of all further lines. Log lines of other threads wait meanwhile. */
  public static void json() {
    json((LoggerContext) LoggerFactory.getILoggerFactory());
  }

  static void json(LoggerContext context) {
    Appender<ILoggingEvent> log = context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr");
    if (log instanceof OutputStreamAppender<ILoggingEvent> stream) {
      JsonEncoder encoder = new JsonEncoder();
      encoder.setContext(context);
      // Write the formatted message instead of its pattern and arguments.
      encoder.setWithFormattedMessage(true);
      encoder.setWithMessage(false);
      encoder.setWithArguments(false);
      encoder.setWithSequenceNumber(false);
      encoder.setWithNanoseconds(false);
      encoder.setWithContext(false);
      encoder.start();
      stream.setEncoder(encoder);
    }
  }
}
