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
 * A simulated IMS on a port, with the IAM token endpoint and the instance metadata beside it.
 *
 * <p>It serves {@code GET /v1/{project_id}/jobs/{job_id}} and {@code GET
 * /v1/cloudimages/job/{job_id}} of any project and any job id, {@code POST /v3/auth/tokens}, {@code
 * GET /openstack/latest/securitykey}, and its own endpoints under {@code /simulator}. It keeps some
 * 350 bytes for each job that was asked for, and never forgets one.
 *
 * <p>Thread-safe. Runs on its own daemon threads until {@link #close}.
 */
public final class SimulatorServer implements AutoCloseable {
  private static final int MAX_LINE_BYTES = 4096;
  private static final int MAX_HEADER_BYTES = 64 * 1024;
  private static final int IDLE_SECONDS = 600;
  private static final int MAX_EVENT_LOOPS = 4;
  private static final long PATIENCE_SECONDS = 30;

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
   * @throws SimulatorStartException when it can't, for instance since the port is taken
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

  /** The port it listens on. */
  public int port() {
    return port;
  }

  /** Where to send requests to, without a path. */
  public URI uri() {
    String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
    return URI.create("http://" + host + ":" + port);
  }

  /**
   * Starts a chosen job now.
   *
   * @return its id
   * @throws IllegalArgumentException when there is already a job of the id wished for
   */
  public String create(JobSpec spec) {
    return simulation
        .create(spec)
        .orElseThrow(() -> new IllegalArgumentException("there is already a job " + spec.jobId()));
  }

  /** What must come out of a job or sub-job, whether or not it has started. */
  public ExpectedJob expected(String jobId) {
    return simulation.expected(jobId);
  }

  /** Ids of jobs with a known fate. */
  public JobCatalogue catalogue() {
    return simulation.catalogue();
  }

  /** How often a job or sub-job was asked for, by clients that authenticated as required. */
  public int gets(String jobId) {
    return simulation.gets(jobId);
  }

  public SimulatorStats stats() {
    return simulation.stats();
  }

  /** Adds a fault for all requests of its target, after those already in force. */
  public void inject(InjectedFault fault) {
    simulation.inject(fault);
  }

  /** Adds a fault for GETs of one job, which starts by that if it has not yet. */
  public void inject(String jobId, InjectedFault fault) {
    simulation.inject(jobId, fault);
  }

  /** Puts faults for all requests in force, in place of those that were. */
  public void replaceFaults(List<InjectedFault> faults) {
    simulation.replaceFaults(faults);
  }

  /** Ends all faults but those of single jobs. */
  public void clearFaults() {
    simulation.clearFaults();
  }

  /** A token that is accepted from now on. */
  public String issueToken() {
    return simulation.issueToken();
  }

  /** Kills all tokens given out so far, whatever was promised of them. */
  public void revokeTokens() {
    simulation.revokeTokens();
  }

  /** Stops listening and cuts all connections. */
  @Override
  public void close() {
    try {
      await(vertx.close());
    } catch (ExecutionException e) {
      throw new IllegalStateException("the simulator could not be closed", e.getCause());
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
      future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
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
            ? "the simulator can't listen: " + where + " is already in use; choose another port"
            : "the simulator can't listen on " + where + ": " + cause.getMessage();
    return new SimulatorStartException(message, cause);
  }

  /** One event loop's share of the port. */
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
