package dev.imsbridge.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The two listening sockets of a node, bound to 127.0.0.1 before Kafka is configured.
 *
 * <p>Kafka's configuration needs actual port numbers, so an ephemeral port must be bound first. No
 * other process can take a bound port before Kafka starts. Kafka uses a socket after {@link
 * #openServerSocket} returns it. {@link #close} closes both sockets even then.
 */
record LoopbackSockets(ServerSocketChannel clients, ServerSocketChannel controller)
    implements ServerSocketFactory, AutoCloseable {

  static final String CLIENTS = "PLAINTEXT";
  static final String CONTROLLER = "CONTROLLER";

  private static final int BACKLOG = 128;

  /**
   * Binds the port for clients, and any free port for the controller.
   *
   * @param clientPort 0 for any free port
   * @throws EmbeddedKafkaException.PortTaken if the port is in use
   */
  static LoopbackSockets bind(int clientPort) {
    var clients = open(clientPort);
    return new LoopbackSockets(clients, open(0));
  }

  int clientPort() {
    return clients.socket().getLocalPort();
  }

  int controllerPort() {
    return controller.socket().getLocalPort();
  }

  InetSocketAddress controllerAddress() {
    return (InetSocketAddress) controller.socket().getLocalSocketAddress();
  }

  @Override
  public ServerSocketChannel openServerSocket(
      String listenerName, InetSocketAddress address, int backlog, int receiveBuffer)
      throws IOException {
    var channel = listenerName.equals(CLIENTS) ? clients : controller;
    channel.configureBlocking(false);
    return channel;
  }

  @Override
  public void close() {
    try (clients;
        controller) {
      // try-with-resources closes both, even if one of them fails
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ServerSocketChannel open(int port) {
    try {
      var channel = ServerSocketChannel.open();
      try {
        // Without it, a restart fails while connections of the previous run are in TIME_WAIT.
        channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        var loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        return channel.bind(new InetSocketAddress(loopback, port), BACKLOG);
      } catch (IOException e) {
        channel.close();
        throw e;
      }
    } catch (BindException e) {
      throw new EmbeddedKafkaException.PortTaken(port, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
