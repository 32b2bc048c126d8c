package dev.imsbridge.service;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.config.Ports;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.web.WebServer;
import dev.imsbridge.web.http.HttpAccess;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.streams.state.HostInfo;

/** Reads the HTTP settings: the listen address, the access rules and the advertised address. */
public final class HttpSettings {
  private static final Duration MAX_WAIT = Duration.ofSeconds(55);

  private HttpSettings() {}

  /**
   * Returns the settings of the web server; empty if HTTP is off.
   *
   * @throws CommandFailure if others can reach the address and neither a token nor {@code
   *     http.auth=none} is set, or if another HTTP setting is invalid
   */
  public static Optional<WebServer.Settings> of(BridgeConfig config) {
    return Ports.listen(config.getString(Keys.HTTP_LISTEN))
        .map(listen -> new WebServer.Settings(listen, access(config, listen), mirrorWait(config)));
  }

  private static Duration mirrorWait(BridgeConfig config) {
    Duration wait = config.duration(Keys.HTTP_MIRROR_WAIT);
    if (wait.compareTo(MAX_WAIT) > 0) {
      throw CommandFailure.usage(
          "%s (from %s): at most %ss: idle connections are closed after 1 min"
              .formatted(
                  Keys.HTTP_MIRROR_WAIT,
                  config.origin(Keys.HTTP_MIRROR_WAIT),
                  MAX_WAIT.toSeconds()));
    }
    return wait;
  }

  private static HttpAccess access(BridgeConfig config, InetSocketAddress listen) {
    Password token = config.getPassword(Keys.HTTP_TOKEN);
    Keys.HttpAuth auth = config.word(Keys.HTTP_AUTH, Keys.HttpAuth.class);
    boolean loopback = HttpAccess.loopback(listen);
    if (auth == Keys.HttpAuth.NONE) {
      return loopback ? HttpAccess.local() : HttpAccess.everybody();
    }
    if (token != null && !token.value().isBlank()) {
      return HttpAccess.token(token.value());
    }
    if (auth == Keys.HttpAuth.AUTO && loopback) {
      return HttpAccess.local();
    }
    throw CommandFailure.usage(
        loopback
            ? "http.auth is token, but there is no http.auth.token: set it"
            : "http.listen is %s, which others can reach: set http.auth.token, or http.auth=none if everybody may use it"
                .formatted(config.getString(Keys.HTTP_LISTEN)));
  }

  /** Returns the address that this instance advertises to the others. */
  static HostInfo advertised(BridgeConfig config, InetSocketAddress listen, int port) {
    String given = config.getString(Keys.HTTP_ADVERTISED);
    return given == null
        ? new HostInfo(reachable(listen), port)
        : HostInfo.buildFromEndpoint(given);
  }

  private static String reachable(InetSocketAddress listen) {
    try {
      return InetAddress.getByName(listen.getHostString()).isAnyLocalAddress()
          ? InetAddress.getLocalHost().getHostName()
          : listen.getHostString();
    } catch (UnknownHostException e) {
      return listen.getHostString();
    }
  }
}
