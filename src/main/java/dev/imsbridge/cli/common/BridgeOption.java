package dev.imsbridge.cli.common;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.config.Ports;
import dev.imsbridge.terminal.CommandFailure;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option of a command that uses the HTTP API of a running bridge. */
public final class BridgeOption {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Address of a running bridge. Default: http.listen.")
  private String url;

  /**
   * Returns the bridge at the given address, or at the address that this configuration listens on.
   *
   * @return empty if {@code http.listen} does not name the port of the bridge
   * @throws CommandFailure if the URL is invalid
   */
  public Optional<BridgeApi> bridge(BridgeConfig config) {
    return Optional.ofNullable(url)
        .or(() -> Ports.reachable(config.getString(Keys.HTTP_LISTEN)))
        .map(address -> new BridgeApi(address, config.getPassword(Keys.HTTP_TOKEN)));
  }

  /**
   * Like {@link #bridge}, for a command that needs the bridge.
   *
   * @throws CommandFailure if the address is invalid, or neither names the port
   */
  public BridgeApi required(BridgeConfig config) {
    return bridge(config)
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "http.listen is %s, which does not name the bridge's port: give --url"
                        .formatted(config.getString(Keys.HTTP_LISTEN))));
  }
}
