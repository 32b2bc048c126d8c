package dev.imsbridge.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.job.ProjectRef;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A record of the control topic: an action of an operator, and its author. Its time is the
 * timestamp of the record. Every value is valid and has a limited length.
 *
 * @param via {@code http} or {@code cli}
 * @param by the address of an HTTP client, or a user of the operating system; null if unknown
 * @param reason null if none was given
 */
public record ControlAction(Change change, String via, String by, String reason) {
  /** The longest value that is read, in bytes. */
  public static final int MAX_BYTES = 4 << 10;

  public static final int LONGEST_REASON = 200;
  public static final List<String> LEVELS =
      List.of("off", "error", "warn", "info", "debug", "trace");
  private static final int MAX_BY = 128;
  private static final String LOG_KEY = "log";
  private static final String LOG_LEVEL = "log-level";
  private static final List<String> INTERFACES = List.of("cli", "http");
  private static final Pattern LOGGER =
      Pattern.compile("(dev\\.imsbridge|org\\.apache\\.kafka)(\\.[A-Za-z0-9_]{1,64}){0,10}");
  private static final Pattern INSTANCE = Pattern.compile("[!-~]{1,300}");

  /** The change that an action makes. */
  public sealed interface Change permits Polling, LogLevel {}

  /** Polling of a project is paused or resumed. The latest action for a project applies. */
  public record Polling(ProjectRef project, boolean paused) implements Change {
    public Polling {
      require(Watches.valid(project), "project_id or region is not valid");
    }
  }

  /**
   * The level of a logger. It applies to the instances that are running.
   *
   * @param level one of {@link #LEVELS}
   * @param instance the only instance to which it applies, as HOST:PORT; null for all
   */
  public record LogLevel(String logger, String level, String instance) implements Change {
    public LogLevel {
      require(
          logger != null && covers(logger),
          "logger: dev.imsbridge, org.apache.kafka, or a name below one of them");
      require(
          level != null && LEVELS.contains(level), "level: one of " + String.join(", ", LEVELS));
      require(
          instance == null || INSTANCE.matcher(instance).matches(),
          "instance: HOST:PORT, as the status names it");
    }

    /** Whether operators can set the level of this logger. */
    public static boolean covers(String logger) {
      return LOGGER.matcher(logger).matches();
    }
  }

  /**
   * @throws IllegalArgumentException if a value is invalid; the message names the valid form and
   *     does not contain the value
   */
  public ControlAction {
    require(
        via != null && INTERFACES.contains(via), "via: one of " + String.join(", ", INTERFACES));
    require(by == null || by.length() <= MAX_BY, "by: at most " + MAX_BY + " characters");
    require(
        reason == null || reason.length() <= LONGEST_REASON,
        "reason: at most " + LONGEST_REASON + " characters");
  }

  private static void require(boolean valid, String form) {
    if (!valid) {
      throw new IllegalArgumentException(form);
    }
  }

  /** The word of the action: {@code pause}, {@code resume} or {@code log-level}. */
  public String word() {
    return change instanceof Polling polling ? word(polling.paused()) : LOG_LEVEL;
  }

  private static String word(boolean paused) {
    return paused ? "pause" : "resume";
  }

  /** Returns the author and the reason, such as {@code root (cli): maintenance of IMS}. */
  public String author() {
    return (by == null ? via : by + " (" + via + ")") + (reason == null ? "" : ": " + reason);
  }

  /** Returns the key of the record. Actions that replace each other have the same key. */
  public byte[] key() {
    String key =
        change instanceof Polling polling
            ? polling.project().region() + "/" + polling.project().projectId()
            : LOG_KEY;
    return key.getBytes(UTF_8);
  }

  /** Returns the value of the record. */
  public byte[] value() {
    return Json.object(
        json -> {
          json.writeStringField("action", word());
          if (change instanceof Polling polling) {
            json.writeStringField("region", polling.project().region());
            json.writeStringField("project_id", polling.project().projectId());
          } else if (change instanceof LogLevel log) {
            json.writeStringField("logger", log.logger());
            json.writeStringField("level", log.level());
            Json.string(json, "instance", log.instance());
          }
          json.writeStringField("via", via);
          Json.string(json, "by", by);
          Json.string(json, "reason", reason);
        });
  }

  /**
   * Reads a record.
   *
   * @return empty if it is not a valid action, or one of a later version
   */
  public static Optional<ControlAction> read(byte[] key, byte[] value) {
    if (value == null || value.length > MAX_BYTES) {
      return Optional.empty();
    }
    try {
      JsonNode json = Json.read(value);
      ControlAction action =
          new ControlAction(
              change(json),
              Json.text(json, "via"),
              Json.text(json, "by"),
              Json.text(json, "reason"));
      return Arrays.equals(action.key(), key) ? Optional.of(action) : Optional.empty();
    } catch (IOException | IllegalArgumentException | NullPointerException e) {
      return Optional.empty();
    }
  }

  private static Change change(JsonNode json) {
    String word = Json.text(json, "action");
    if (LOG_LEVEL.equals(word)) {
      return new LogLevel(
          Json.text(json, "logger"), Json.text(json, "level"), Json.text(json, "instance"));
    }
    require(word(true).equals(word) || word(false).equals(word), "action");
    return new Polling(
        new ProjectRef(Json.text(json, "region"), Json.text(json, "project_id")),
        word(true).equals(word));
  }
}
