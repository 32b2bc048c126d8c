package dev.imsbridge.campaign;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Chooses ports of 127.0.0.1 that stay free while their process is down: below the range from which
 * the system takes the ports of outgoing connections.
 */
final class FreePorts {
  private static final int FIRST = 12_000;
  private static final int END = 32_000;

  private final Set<Integer> taken = new HashSet<>();
  private final SplittableRandom random = new SplittableRandom();

  synchronized int next() {
    while (true) {
      int port = random.nextInt(FIRST, END);
      if (!taken.contains(port) && free(port)) {
        taken.add(port);
        return port;
      }
    }
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
