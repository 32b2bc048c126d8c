package dev.imsbridge.service;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import dev.imsbridge.wire.ControlAction;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the log levels that operators set while the process runs. Thread-safe.
 *
 * @param instance the advertised address of this process
 */
record LogLevels(String instance) {
  private static final Logger LOG = LoggerFactory.getLogger(LogLevels.class);

  /** Returns the loggers of the bridge and of Kafka that have a level of their own. */
  static Map<String, String> own() {
    Map<String, String> levels = new TreeMap<>();
    for (ch.qos.logback.classic.Logger each :
        ((LoggerContext) LoggerFactory.getILoggerFactory()).getLoggerList()) {
      if (each.getLevel() != null && ControlAction.LogLevel.covers(each.getName())) {
        levels.put(each.getName(), each.getLevel().toString().toLowerCase(Locale.ROOT));
      }
    }
    return levels;
  }

  /** Applies an action that sets a log level on this instance or on all. Ignores other actions. */
  void set(ControlAction action) {
    if (action.change() instanceof ControlAction.LogLevel log
        && (log.instance() == null || log.instance().equals(instance))) {
      ((ch.qos.logback.classic.Logger) LoggerFactory.getLogger(log.logger()))
          .setLevel(Level.valueOf(log.level()));
      // At WARN, so that it is also shown when the level is raised.
      LOG.warn("log level of {} is {}, set by {}", log.logger(), log.level(), action.author());
    }
  }
}
