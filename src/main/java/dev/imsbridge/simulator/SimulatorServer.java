package dev.imsbridge.simulator;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.net.BindException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Serves a simulated IMS, IAM token endpoint and instance metadata endpoint on one HTTP port.
 *
 * <p>It answers {@code GET /v1/{project_id}/jobs/{job_id}} and {@code GET
 * /v1/cloudimages/job/{job_id}} for any project and any job id, {@code POST /v3/auth/tokens},
 * {@code GET /openstack/latest/securitykey}, and the control API under {@code /simulator}. A job
 * starts at its first GET. Each requested job takes about 350 bytes until the server is closed.
 *
 * <p>Thread-safe. Runs on its own daemon threads until {@link #close}.
 */
public final class SimulatorServer implements AutoCloseable {
  private static final int MAX_LINE_BYTES = 4096;
  private static final int MAX_HEADER_BYTES = 64 * 1024;
  private static final int IDLE_SECONDS = 600;
  private static final int MAX_EVENT_LOOPS = 4;
  private static final long TIMEOUT_SECONDS = 30;

  private final Vertx vertx;
  private final SimulatorOptions options;
  private final int port;
  private final Simulation simulation;

  private SimulatorServer(Vertx vertx, SimulatorOptions options, int port, Simulation simulation) {
    this.vertx = vertx;
    this.options = options;
    this.port = port;
    this.simulation = simulation;
  }

  /**
   * Starts a simulator and waits until it listens.
   *
   * @throws SimulatorStartException if it cannot listen, for example because the port is in use
   */
  public static SimulatorServer start(SimulatorOptions options) {
    int loops = Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors());
    Vertx vertx = Vertx.vertx(vertxOptions(loops));
    Simulation simulation = new Simulation(options);
    FaultResponder responder = new FaultResponder(vertx);
    RequestRouter router =
        new RequestRouter(
            options.seed(),
            simulation.jobs(responder),
            simulation.identity(responder),
            new ControlEndpoint(simulation),
            simulation.counters(),
            new HttpDate(options.clock()));
    AtomicInteger port = new AtomicInteger();
    try {
      await(
          vertx.deployVerticle(
              () -> new Listener(options, router, port),
              new DeploymentOptions().setInstances(loops)));
      return new SimulatorServer(vertx, options, port.get(), simulation);
    } catch (ExecutionException e) {
      vertx.close();
      throw cannotListen(options, e.getCause());
    }
  }

  /** Returns the port that it listens on. */
  public int port() {
    return port;
  }

  /** Returns the base URI, without a path. */
  public URI uri() {
    String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
    return URI.create("http://" + host + ":" + port);
  }

  /**
   * Starts a job with the given properties now.
   *
   * @return the id of the job
   * @throws IllegalArgumentException if a job with the id of the spec exists already
   */
  public String create(JobSpec spec) {
    return simulation
        .create(spec)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is already a job " + spec.jobId() + "; choose another id"));
  }

  /** Returns the expected result of a job or sub-job, without starting it. */
  public ExpectedJob expected(String jobId) {
    return simulation.expected(jobId);
  }

  /** Returns the catalogue of job ids with known outcomes. */
  public JobCatalogue catalogue() {
    return simulation.catalogue();
  }

  /** Returns the number of authenticated GETs of a job or sub-job. */
  public int gets(String jobId) {
    return simulation.gets(jobId);
  }

  public SimulatorStats stats() {
    return simulation.stats();
  }

  /** Adds a fault for all requests of its target, after the faults in force. */
  public void inject(InjectedFault fault) {
    simulation.inject(fault);
  }

  /** Adds a fault for GETs of one job, and starts the job if it is new. */
  public void inject(String jobId, InjectedFault fault) {
    simulation.inject(jobId, fault);
  }

  /** Replaces all faults, except the faults of single jobs. */
  public void replaceFaults(List<InjectedFault> faults) {
    simulation.replaceFaults(faults);
  }

  /** Removes all faults, except the faults of single jobs. */
  public void clearFaults() {
    simulation.clearFaults();
  }

  /** Issues a token without a login. */
  public String issueToken() {
    return simulation.issueToken();
  }

  /** Makes all tokens issued so far expire now. */
  public void revokeTokens() {
    simulation.revokeTokens();
  }

  /**
   * Stops listening and closes all connections. Waits up to 30 s.
   *
   * @throws IllegalStateException if it does not stop
   */
  @Override
  public void close() {
    try {
      await(vertx.close());
    } catch (ExecutionException e) {
      throw new IllegalStateException("the simulator did not stop", e.getCause());
    }
  }

  private static VertxOptions vertxOptions(int loops) {
    return new VertxOptions()
        .setEventLoopPoolSize(loops)
        .setWorkerPoolSize(1)
        .setInternalBlockingPoolSize(1)
        .setUseDaemonThread(true)
        .setFileSystemOptions(
            new FileSystemOptions()
                .setFileCachingEnabled(false)
                .setClassPathResolvingEnabled(false));
  }

  private static void await(Future<?> future) throws ExecutionException {
    try {
      future.toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new ExecutionException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExecutionException(e);
    }
  }

  private static SimulatorStartException cannotListen(SimulatorOptions options, Throwable cause) {
    String where = "port " + options.port() + " of " + options.host();
    boolean taken =
        cause instanceof BindException && String.valueOf(cause.getMessage()).contains("in use");
    String message =
        taken
            ? "the simulator cannot listen: " + where + " is already in use; choose another port"
            : "the simulator cannot listen on "
                + where
                + ": "
                + cause.getMessage()
                + "; choose another port or address";
    return new SimulatorStartException(message, cause);
  }

  /** Listens on the shared port with one event loop. */
  private static final class Listener extends VerticleBase {
    private final SimulatorOptions options;
    private final RequestRouter router;
    private final AtomicInteger port;

    Listener(SimulatorOptions options, RequestRouter router, AtomicInteger port) {
      this.options = options;
      this.router = router;
      this.port = port;
    }

    @Override
    public Future<?> start() {
      HttpServerOptions http =
          new HttpServerOptions()
              .setHost(options.host())
              // Vert.x takes a negative port as any free port, shared by all instances.
              .setPort(options.port() == 0 ? -1 : options.port())
              .setMaxInitialLineLength(MAX_LINE_BYTES)
              .setMaxHeaderSize(MAX_HEADER_BYTES)
              .setIdleTimeout(IDLE_SECONDS);
      return vertx
          .createHttpServer(http)
          .requestHandler(router)
          .listen()
          .map(HttpServer::actualPort)
          .onSuccess(port::set);
    }
  }
}
