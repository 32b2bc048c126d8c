package dev.imsbridge.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The two listening sockets of a node, bound on 127.0.0.1 before Kafka is configured.
 *
 * <p>Kafka's configuration has to name real ports, so an ephemeral one must be known first; and a
 * port that is bound once can't be taken by another process in between. Kafka owns a socket from
 * the moment it asks for it; {@link #close} closes both, asked for or not.
 */
final class LoopbackSockets implements ServerSocketFactory, AutoCloseable {

  static final String CLIENTS = "PLAINTEXT";
  static final String CONTROLLER = "CONTROLLER";

  private static final int BACKLOG = 128;

  private final ServerSocketChannel clients;
  private final ServerSocketChannel controller;

  private LoopbackSockets(ServerSocketChannel clients, ServerSocketChannel controller) {
    this.clients = clients;
    this.controller = controller;
  }

  /**
   * Binds the port for clients, and any free one for the controller.
   *
   * @param clientPort 0 for any free port
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
      // closes both, whatever the first one says
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ServerSocketChannel open(int port) {
    try {
      var channel = ServerSocketChannel.open();
      try {
        ServerSocket socket = channel.socket();
        // A restart must not wait for the last run's connections to leave TIME_WAIT.
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(loopback(), port), BACKLOG);
        return channel;
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

  private static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }
}
