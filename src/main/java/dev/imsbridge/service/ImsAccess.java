package dev.imsbridge.service;

import dev.imsbridge.config.BridgeConfig;
import dev.imsbridge.config.Keys;
import dev.imsbridge.config.UserData;
import dev.imsbridge.ims.ClientSettings;
import dev.imsbridge.ims.ClientSettings.Bounds;
import dev.imsbridge.ims.ClientSettings.Proxy;
import dev.imsbridge.ims.ClientSettings.Timeouts;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.PathTemplate;
import dev.imsbridge.ims.Project;
import dev.imsbridge.ims.Secret;
import dev.imsbridge.terminal.CommandFailure;
import dev.imsbridge.terminal.Lifecycle;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.config.types.Password;

/** Creates IMS clients from the configuration. */
public final class ImsAccess {
  private static final int CLOSE_TIMEOUT_SECONDS = 3;

  private ImsAccess() {}

  /**
   * Returns a client for these projects. It is closed with the other parts.
   *
   * @throws CommandFailure if the settings contradict each other
   */
  public static ImsClient client(
      Lifecycle parts, BridgeConfig config, List<Project> projects, InstantSource clock)
      throws Exception {
    Vertx vertx = vertx(parts);
    return parts.start("IMS client", () -> new ImsClient(vertx, settings(config, projects), clock));
  }

  /** Returns the Vert.x instance for requests to IMS. It is closed with the other parts. */
  public static Vertx vertx(Lifecycle parts) throws Exception {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setUseDaemonThread(true)
                .setWorkerPoolSize(2)
                // Otherwise Vert.x needs a writable temporary directory to extract files from the
                // classpath.
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setFileCachingEnabled(false)
                        .setClassPathResolvingEnabled(false)));
    parts.start("HTTP client", () -> (AutoCloseable) () -> close(vertx));
    return vertx;
  }

  private static void close(Vertx vertx) throws Exception {
    vertx
        .close()
        .toCompletionStage()
        .toCompletableFuture()
        .get(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Returns the settings of the client.
   *
   * @param projects the projects that share the connection pool. Its size is the sum of their
   *     concurrency limits: otherwise a call within its budget could wait for a connection, which
   *     would look like an unresponsive server
   * @throws CommandFailure if the settings contradict each other
   */
  public static ClientSettings settings(BridgeConfig config, List<Project> projects) {
    int inFlight = projects.stream().mapToInt(each -> each.budget().concurrency()).sum();
    try {
      return new ClientSettings(
          PathTemplate.of(config.getString(Keys.IMS_PATH)),
          new Timeouts(
              config.duration(Keys.IMS_CONNECT_TIMEOUT),
              config.duration(Keys.IMS_READ_TIMEOUT),
              config.duration(Keys.IMS_TOTAL_TIMEOUT)),
          new Bounds(config.getInt(Keys.IMS_MAX_BYTES), Bounds.DEFAULTS.headers()),
          inFlight,
          config.text(Keys.IMS_PROXY).map(url -> proxy(config, url)).orElse(null),
          config.text(Keys.IMS_CERTIFICATES).map(UserData::absolute).orElse(null));
    } catch (IllegalArgumentException e) {
      throw CommandFailure.usage("ims: " + e.getMessage());
    }
  }

  private static Proxy proxy(BridgeConfig config, String url) {
    Endpoint endpoint = Endpoint.of(url);
    Password password = config.getPassword(Keys.IMS_PROXY_PASSWORD);
    return new Proxy(
        endpoint.host(),
        endpoint.port(),
        config.getString(Keys.IMS_PROXY_USER),
        password == null ? null : Secret.of(password.value()));
  }
}
