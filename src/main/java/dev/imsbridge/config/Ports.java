package dev.imsbridge.config;

import dev.imsbridge.terminal.CommandFailure;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Utils;

/** Parses ports and addresses in options and settings. */
public final class Ports {
  private Ports() {}

  /**
   * Checks a port.
   *
   * @param option the option or setting, named in the failure
   * @throws CommandFailure if the port is out of range
   */
  public static void check(String option, int port) {
    if (port < 0 || port > 65_535) {
      throw CommandFailure.usage(option + ": a port is 0 to 65535, not " + port);
    }
  }

  /** Whether Kafka clients accept a text as broker addresses. They skip empty entries. */
  static boolean bootstrap(String text) {
    List<String> addresses =
        Stream.of(text.split(",")).map(String::strip).filter(each -> !each.isEmpty()).toList();
    return !addresses.isEmpty() && addresses.stream().allMatch(Ports::broker);
  }

  private static boolean broker(String address) {
    String host = Utils.getHost(address);
    Integer port = Utils.getPort(address);
    return host != null && !host.isEmpty() && port != null && port > 0 && port <= 65_535;
  }

  /**
   * Returns the address in {@code HOST:PORT}; empty for {@code off}.
   *
   * @throws CommandFailure if the port is out of range
   */
  public static Optional<InetSocketAddress> listen(String text) {
    if (text.equalsIgnoreCase("off")) {
      return Optional.empty();
    }
    int colon = text.lastIndexOf(':');
    int port = Integer.parseInt(text.substring(colon + 1));
    check(Keys.HTTP_LISTEN, port);
    return Optional.of(InetSocketAddress.createUnresolved(host(text), port));
  }

  /**
   * Returns the URL at which this machine reaches a server that listens at {@code HOST:PORT}; empty
   * for {@code off} and for port 0.
   */
  public static Optional<String> reachable(String text) {
    return listen(text)
        .map(InetSocketAddress::getPort)
        .filter(port -> port > 0)
        .map(port -> url(text, port));
  }

  /**
   * Returns the URL for clients on this machine.
   *
   * @param listen the configured {@code HOST:PORT}
   * @param port the actual port
   */
  public static String url(String listen, int port) {
    String host = listen.substring(0, listen.lastIndexOf(':'));
    // A server that listens on all addresses is reachable at 127.0.0.1.
    boolean all = host.equals("0.0.0.0") || host.equals("[::]");
    return "http://" + (all ? "127.0.0.1" : host) + ":" + port;
  }

  private static String host(String text) {
    String host = text.substring(0, text.lastIndexOf(':'));
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }
}
