package dev.imsbridge.campaign;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy between a bridge and a server, with the faults of a network. Thread-safe; each
 * connection has two daemon threads.
 */
final class FlakyProxy implements AutoCloseable {
  private static final int STACK = 128 << 10;
  private static final int CONNECT_MILLIS = 3_000;
  private static final long DELAY_MILLIS = 150;

  /** What the proxy does with a connection. */
  enum Mode {
    /** Forwards everything. */
    OPEN,
    /** Forwards each part after 150 ms. */
    SLOW,
    /** Forwards nothing. What was sent meanwhile arrives when the mode ends. */
    STALLED,
    /**
     * Forwards requests and holds their answers back. The connections are reset when the mode ends,
     * so the client never learns whether the server did what it asked.
     */
    MUTE,
    /** Resets all connections, also new ones. */
    CUT
  }

  private final ServerSocket server;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private Mode mode = Mode.OPEN;
  private boolean closed;

  /**
   * @param port the port to listen on
   * @param target the port of 127.0.0.1 to forward to
   */
  FlakyProxy(int port, int target) throws IOException {
    this.target = target;
    server = new ServerSocket();
    server.setReuseAddress(true);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
    start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Changes what happens to all connections, present and new. */
  void set(Mode next) {
    boolean reset;
    synchronized (this) {
      reset = next == Mode.CUT || (mode == Mode.MUTE && next != Mode.MUTE);
      mode = next;
      notifyAll();
    }
    if (reset) {
      sockets.forEach(FlakyProxy::reset);
    }
  }

  private synchronized Mode mode() {
    return mode;
  }

  private void accept() {
    while (true) {
      Socket client;
      try {
        client = server.accept();
      } catch (IOException e) {
        return;
      }
      if (mode() == Mode.CUT) {
        reset(client);
      } else {
        start(() -> connect(client));
      }
    }
  }

  private void connect(Socket client) {
    sockets.add(client);
    Socket there = new Socket();
    sockets.add(there);
    try {
      client.setTcpNoDelay(true);
      there.setTcpNoDelay(true);
      there.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
    } catch (IOException e) {
      end(client);
      end(there);
      return;
    }
    start(() -> pump(there, client, true));
    pump(client, there, false);
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[16 << 10];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitTurn(from, answers);
        out.write(buffer, 0, read);
      }
    } catch (IOException e) {
      reset(from);
      reset(to);
    } finally {
      end(from);
      end(to);
    }
  }

  private synchronized void awaitTurn(Socket from, boolean answers) throws IOException {
    try {
      if (mode == Mode.SLOW) {
        wait(DELAY_MILLIS);
      }
      boolean muted = mode == Mode.MUTE && answers;
      while (!closed && (mode == Mode.STALLED || (mode == Mode.MUTE && answers))) {
        wait();
      }
      if (muted) {
        throw new IOException("this answer is lost");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    if (closed || from.isClosed()) {
      throw new IOException("reset");
    }
  }

  private void end(Socket socket) {
    sockets.remove(socket);
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone.
    }
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It is gone.
    }
  }

  private static void start(Runnable task) {
    Thread thread = new Thread(null, task, "proxy", STACK);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    sockets.forEach(FlakyProxy::reset);
  }
}
