package dev.imsbridge.cli;

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
 * Keeps out of the log what follows from an outage of Kafka while {@link BrokerWatch} reports it:
 * the lines of Kafka's own classes, and those of the bridge that give an exception of Kafka as
 * their reason. Each part of the bridge would else report the same outage again and again.
 * Thread-safe.
 */
final class OutageFilter extends TurboFilter implements AutoCloseable {
  private static final String KAFKA = "org.apache.kafka.";

  private final LoggerContext log = (LoggerContext) LoggerFactory.getILoggerFactory();
  private final BooleanSupplier reachable;

  private OutageFilter(BooleanSupplier reachable) {
    this.reachable = reachable;
  }

  /**
   * Begins to filter.
   *
   * @param reachable whether a broker answered lately
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
    // Below, somebody looks for a fault and wants all of it.
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
