package dev.imsbridge.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imsbridge.campaign.FlakyProxy.Mode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FlakyProxyTest {
  private ServerSocket server;
  private FlakyProxy proxy;
  private Socket client;
  private Socket accepted;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    proxy = new FlakyProxy(0, server.getLocalPort());
    client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    client.setSoTimeout(200);
    accepted = server.accept();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    accepted.close();
    proxy.close();
    server.close();
  }

  private void request(int value) throws IOException {
    client.getOutputStream().write(value);
    assertThat(accepted.getInputStream().read()).isEqualTo(value);
  }

  @Test
  void shouldForwardBothWays() throws IOException {
    request(1);
    accepted.getOutputStream().write(2);
    assertThat(client.getInputStream().read()).isEqualTo(2);
  }

  @Test
  void shouldDeliverLaterWhatWasSentWhileItWasStalled() throws IOException {
    proxy.set(Mode.STALLED);
    accepted.getOutputStream().write(3);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);

    proxy.set(Mode.OPEN);

    client.setSoTimeout(10_000);
    assertThat(client.getInputStream().read()).isEqualTo(3);
  }

  /** The server acts on the request, and the client never learns of it. */
  @Test
  void shouldForwardRequestsWithoutTheirAnswersAndThenReset() throws IOException {
    proxy.set(Mode.MUTE);
    request(4);
    accepted.getOutputStream().write(5);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);

    proxy.set(Mode.OPEN);

    client.setSoTimeout(10_000);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void shouldResetConnections() throws IOException {
    proxy.set(Mode.CUT);

    client.setSoTimeout(10_000);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(SocketTimeoutException.class);
  }
}
