package dev.imsbridge.ims;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The settings of the HTTP client, shared by all projects.
 *
 * @param connections maximum number of connections to one endpoint
 * @param proxy null to connect directly
 * @param trustedCertificates a PEM file with the only certificate authorities to trust; null for
 *     those of the JVM
 */
public record ClientSettings(
    PathTemplate path,
    Timeouts timeouts,
    Bounds bounds,
    int connections,
    Proxy proxy,
    Path trustedCertificates) {

  /** The defaults: 64 connections, no proxy, and the certificate authorities of the JVM. */
  public static final ClientSettings DEFAULTS =
      new ClientSettings(PathTemplate.DEFAULT, Timeouts.DEFAULTS, Bounds.DEFAULTS, 64, null, null);

  public ClientSettings {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(timeouts, "timeouts");
    Objects.requireNonNull(bounds, "bounds");
    if (connections < 1) {
      throw new IllegalArgumentException("connections must be at least 1: " + connections);
    }
    if (trustedCertificates != null && !Files.isReadable(trustedCertificates)) {
      throw new IllegalArgumentException(
          "cannot read the file of trusted certificates: " + trustedCertificates);
    }
  }

  /**
   * The timeouts of each attempt.
   *
   * @param connect until the connection is established
   * @param read between one byte of the answer and the next
   * @param total until the answer is complete
   */
  public record Timeouts(Duration connect, Duration read, Duration total) {
    public static final Timeouts DEFAULTS =
        new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20));

    public Timeouts {
      for (Duration each : new Duration[] {connect, read, total}) {
        if (each.toMillis() < 1 || each.toHours() >= 1) {
          throw new IllegalArgumentException(
              "a timeout must be at least 1 ms and less than 1 h: " + each);
        }
      }
    }
  }

  /**
   * The size limits of an answer, in bytes.
   *
   * @param body maximum size of a body after decompression
   * @param headers maximum size of all headers together
   */
  public record Bounds(int body, int headers) {
    public static final Bounds DEFAULTS = new Bounds(1 << 20, 16 << 10);

    public Bounds {
      if (body < 1 || headers < 1) {
        throw new IllegalArgumentException(
            "the size limits must be positive: " + body + ", " + headers);
      }
    }
  }

  /**
   * An HTTP proxy. All calls use it, except those to the metadata service.
   *
   * @param user null if the proxy requires no authentication
   */
  public record Proxy(String host, int port, String user, Secret password) {
    public Proxy {
      Objects.requireNonNull(host, "host");
      if (port < 1 || port > 65535) {
        throw new IllegalArgumentException("the proxy port must be between 1 and 65535: " + port);
      }
      if ((user == null) != (password == null)) {
        throw new IllegalArgumentException("a proxy needs both user and password, or neither");
      }
    }

    /**
     * Returns the secrets that the proxy receives: the password, and user and password as they are
     * encoded in the header.
     */
    List<Secret> secrets() {
      return user == null
          ? List.of()
          : List.of(password, Secret.of(user + ":" + password.reveal()));
    }
  }

  public ClientSettings withConnections(int newConnections) {
    return new ClientSettings(path, timeouts, bounds, newConnections, proxy, trustedCertificates);
  }
}
