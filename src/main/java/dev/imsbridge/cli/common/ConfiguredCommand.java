package dev.imsbridge.cli.common;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command that reads the configuration. Returns its exit code. */
public abstract class ConfiguredCommand implements Callable<Integer> {
  protected final Terminal terminal;

  @Mixin protected ConfigOptions configuration;

  protected ConfiguredCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Reads the configuration and applies its log level and format.
   *
   * @throws CommandFailure if any setting is wrong
   */
  protected final BridgeConfig config() {
    return configuration.load(terminal.environment());
  }
}
