package dev.imsbridge.ims;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * How IMS is asked, the same for every project.
 *
 * @param connections most connections to one endpoint
 * @param proxy null to connect directly
 * @param trustedCertificates a PEM file of the only authorities trusted; null for those of the JVM
 */
public record ClientSettings(
    PathTemplate path,
    Timeouts timeouts,
    Bounds bounds,
    int connections,
    Proxy proxy,
    Path trustedCertificates) {

  /** 64 connections, and the defaults of everything else. */
  public static final ClientSettings DEFAULTS =
      new ClientSettings(PathTemplate.DEFAULT, Timeouts.DEFAULTS, Bounds.DEFAULTS, 64, null, null);

  public ClientSettings {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(timeouts, "timeouts");
    Objects.requireNonNull(bounds, "bounds");
    if (connections < 1) {
      throw new IllegalArgumentException("at least 1 connection is needed");
    }
    if (trustedCertificates != null && !Files.isReadable(trustedCertificates)) {
      throw new IllegalArgumentException(
          "the file of trusted certificates cannot be read: " + trustedCertificates);
    }
  }

  /**
   * The time each try may take.
   *
   * @param connect until a connection is there
   * @param read from one byte to the next
   * @param total until the answer is complete, whatever its pace
   */
  public record Timeouts(Duration connect, Duration read, Duration total) {
    public static final Timeouts DEFAULTS =
        new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20));

    public Timeouts {
      for (Duration each : new Duration[] {connect, read, total}) {
        if (each.toMillis() < 1 || each.toHours() >= 1) {
          throw new IllegalArgumentException("a timeout is between 1 ms and 1 hour");
        }
      }
    }
  }

  /**
   * @param body most bytes of a body, decompressed
   * @param headers most bytes of all headers together
   */
  public record Bounds(int body, int headers) {
    public static final Bounds DEFAULTS = new Bounds(1 << 20, 16 << 10);

    public Bounds {
      if (body < 1 || headers < 1) {
        throw new IllegalArgumentException("bounds are above zero");
      }
    }
  }

  /**
   * An HTTP proxy, used for everything but the metadata service.
   *
   * @param user null when the proxy wants none
   */
  public record Proxy(String host, int port, String user, Secret password) {
    public Proxy {
      Objects.requireNonNull(host, "host");
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException("a proxy's port is 1 to 65535");
      }
      if ((user == null) != (password == null)) {
        throw new IllegalArgumentException("a proxy wants user and password, or neither");
      }
    }

    /** What the proxy is sent that nobody else may see. */
    List<Secret> secrets() {
      return user == null
          ? List.of()
          : List.of(password, Secret.of(user + ":" + password.reveal()));
    }
  }

  public ClientSettings withPath(PathTemplate newPath) {
    return new ClientSettings(newPath, timeouts, bounds, connections, proxy, trustedCertificates);
  }

  public ClientSettings withTimeouts(Timeouts newTimeouts) {
    return new ClientSettings(path, newTimeouts, bounds, connections, proxy, trustedCertificates);
  }

  public ClientSettings withBounds(Bounds newBounds) {
    return new ClientSettings(path, timeouts, newBounds, connections, proxy, trustedCertificates);
  }

  public ClientSettings withConnections(int newConnections) {
    return new ClientSettings(path, timeouts, bounds, newConnections, proxy, trustedCertificates);
  }

  public ClientSettings withProxy(Proxy newProxy) {
    return new ClientSettings(path, timeouts, bounds, connections, newProxy, trustedCertificates);
  }

  public ClientSettings withTrustedCertificates(Path pem) {
    return new ClientSettings(path, timeouts, bounds, connections, proxy, pem);
  }
}
