package dev.imsbridge.cli.common;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.service.LogFormat;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.DamagedText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** The options of every command that reads the configuration. */
public final class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Properties file with settings. Default: $IMSBRIDGE_CONFIG.")
  private Path file;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting; overrides the environment and the file. Repeatable.")
  private List<String> assignments = new ArrayList<>();

  /**
   * Reads the configuration and applies its log level and format.
   *
   * @throws CommandFailure if any setting is wrong
   */
  public BridgeConfig load(Map<String, String> environment) {
    return effective(BridgeConfig.load(path(environment), environment, assignments));
  }

  /** Like {@link #load}, but returns the faults instead of throwing them. */
  public BridgeConfig.Reading read(Map<String, String> environment) {
    BridgeConfig.Reading reading = BridgeConfig.read(path(environment), environment, assignments);
    effective(reading.config());
    return reading;
  }

  private Path path(Map<String, String> environment) {
    String named = environment.getOrDefault("IMSBRIDGE_CONFIG", "");
    if (DamagedText.in(named)) {
      throw CommandFailure.usage("IMSBRIDGE_CONFIG: " + DamagedText.REASON);
    }
    return file == null && !named.isBlank() ? Path.of(named) : file;
  }

  private static BridgeConfig effective(BridgeConfig config) {
    ((Logger) LoggerFactory.getLogger("dev.imsbridge"))
        .setLevel(Level.valueOf(config.getString(Keys.LOG_LEVEL)));
    if (config.getString(Keys.LOG_FORMAT).equals("json")) {
      LogFormat.json();
    }
    return config;
  }
}
