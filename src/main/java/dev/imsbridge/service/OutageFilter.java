package dev.imsbridge.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

/**
 * Suppresses log lines that follow from a Kafka outage while {@link BrokerWatch} reports it: lines
 * of Kafka's own classes, and lines of the bridge that report a Kafka exception. Without it, each
 * part of the bridge would report the same outage repeatedly. Thread-safe.
 */
final class OutageFilter extends TurboFilter implements AutoCloseable {
  private static final String KAFKA = "org.apache.kafka.";

  private final LoggerContext log = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final BooleanSupplier reachable;

  private OutageFilter(BooleanSupplier reachable) {
    this.reachable = reachable;
  }

  /**
   * Starts the filter.
   *
   * @param reachable whether a broker answered the last check
   */
  static OutageFilter start(BooleanSupplier reachable) {
    OutageFilter filter = new OutageFilter(reachable);
    filter.setName("outage");
    filter.start();
    filter.log.addTurboFilter(filter);
    return filter;
  }

  @Override
  public FilterReply decide(
      Marker marker,
      Logger logger,
      Level level,
      String format,
      Object[] parameters,
      Throwable failure) {
    // DEBUG and TRACE lines are kept for diagnosis.
    return level.isGreaterOrEqual(Level.INFO)
            && !reachable.getAsBoolean()
            && ofKafka(logger, parameters, failure)
        ? FilterReply.DENY
        : FilterReply.NEUTRAL;
  }

  private static boolean ofKafka(Logger logger, Object[] parameters, Throwable failure) {
    return logger.getName().startsWith(KAFKA)
        || (failure != null && failure.getClass().getName().startsWith(KAFKA))
        || (parameters != null
            && Arrays.stream(parameters).anyMatch(each -> String.valueOf(each).startsWith(KAFKA)));
  }

  @Override
  public void close() {
    log.getTurboFilterList().remove(this);
    stop();
  }
}
