package dev.imsbridge.simulator;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Gives each test its own simulator without authentication, whose clock the test moves. */
abstract class RunningSimulator {
  final ManualClock clock = new ManualClock();
  final HttpProbe probe = new HttpProbe();
  SimulatorServer server;

  @BeforeEach
  void start() {
    server = SimulatorServer.start(SimulatorOptions.defaults().withClock(clock));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  HttpResponse<String> get(String path) {
    return probe.get(server.uri().resolve(path));
  }

  /** Sends a request byte by byte, because an HTTP client hides the framing of the answer. */
  Socket send(String firstLine) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(10_000);
    String request = firstLine + "\r\nHost: x\r\nConnection: close\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(US_ASCII));
    return socket;
  }
}
