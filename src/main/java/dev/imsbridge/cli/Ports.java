package dev.imsbridge.cli;

import java.net.InetSocketAddress;
import java.util.Optional;

/** Ports and addresses as options and settings name them. */
final class Ports {
  private Ports() {}

  static void check(String option, int port) {
    if (port < 0 || port > 65_535) {
      throw CommandFailure.usage(option + ": a port is 0 to 65535, not " + port);
    }
  }

  /** The address in {@code HOST:PORT}; empty for {@code off}. */
  static Optional<InetSocketAddress> listen(String text) {
    if (text.equals("off")) {
      return Optional.empty();
    }
    int colon = text.lastIndexOf(':');
    int port = Integer.parseInt(text.substring(colon + 1));
    check(Keys.HTTP_LISTEN, port);
    return Optional.of(InetSocketAddress.createUnresolved(host(text), port));
  }

  /** Where a browser finds what listens there. */
  static String url(String listen, int port) {
    return "http://" + listen.substring(0, listen.lastIndexOf(':')) + ":" + port;
  }

  private static String host(String text) {
    String host = text.substring(0, text.lastIndexOf(':'));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
