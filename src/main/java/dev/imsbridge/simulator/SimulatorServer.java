package dev.imsbridge.simulator;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Serves a simulated IMS, IAM token endpoint and instance metadata endpoint on one HTTP port.
 *
 * <p>It answers {@code GET /v1/{project_id}/jobs/{job_id}} and {@code GET
 * /v1/cloudimages/job/{job_id}} for any project and any job id that is not declared unknown, {@code
 * POST /v3/auth/tokens}, {@code GET /openstack/latest/securitykey}, and the control API under
 * {@code /simulator}. A job starts at its first GET. Each requested job takes about 350 bytes until
 * the server is closed.
 *
 * <p>Thread-safe. Runs on its own daemon threads until {@link #close}.
 */
public final class SimulatorServer implements AutoCloseable {
  private final SimulatorOptions options;
  private final JobCatalogue catalogue;
  private final EntitiesWriter entities;
  private final JobRegistry registry;
  private final FaultSelector faults;
  private final IssuedCredentials credentials;
  private final RequestCounters counters = new RequestCounters();
  private final AtomicLong created = new AtomicLong();
  private final AnswerListener answered;
  private final SimulatorListener listener;

  private SimulatorServer(SimulatorOptions options, AnswerListener answered) {
    this.options = options;
    this.answered = answered;
    catalogue = new JobCatalogue(options.seed(), options.speed());
    entities = new EntitiesWriter(options.seed());
    registry = new JobRegistry(new JobPlanner(options.seed(), options.speed()), options.clock());
    faults = new FaultSelector(options.seed(), options.faults());
    credentials = new IssuedCredentials(options.seed(), options.auth(), options.clock());
    listener = SimulatorListener.start(options, this::router);
  }

  private Handler<HttpServerRequest> router(Vertx vertx) {
    FaultResponder responder = new FaultResponder(vertx, counters);
    return new RequestRouter(
        options,
        new JobEndpoint(
            registry,
            new AnswerWriter(options.seed(), entities),
            new RequestAuthenticator(options.auth(), credentials, options.clock(), counters),
            faults,
            responder,
            options,
            answered),
        new IdentityEndpoint(options.auth(), credentials, faults, responder, options.clock()),
        new ControlEndpoint(this)::handle,
        counters);
  }

  /**
   * Starts a simulator and waits until it listens.
   *
   * @throws SimulatorStartException if it cannot listen, for example because the port is in use
   */
  public static SimulatorServer start(SimulatorOptions options) {
    return start(options, (jobId, body, fault) -> {});
  }

  /**
   * Like the other {@code start}, and reports each answer about a job.
   *
   * @param answered called on event loops of the server; must not block
   */
  public static SimulatorServer start(SimulatorOptions options, AnswerListener answered) {
    return new SimulatorServer(options, answered);
  }

  /** Returns the port that it listens on. */
  public int port() {
    return listener.port();
  }

  /** Returns the base URI, without a path. */
  public URI uri() {
    String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
    return URI.create("http://" + host + ":" + port());
  }

  /**
   * Starts a job with the given properties now.
   *
   * @return the id of the job
   * @throws IllegalArgumentException if a job with the id of the spec exists already
   */
  public String create(JobSpec spec) {
    return tryCreate(spec)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "there is already a job " + spec.jobId() + "; choose another id"));
  }

  /** Like {@link #create}, but returns empty if a job with the id of the spec exists already. */
  Optional<String> tryCreate(JobSpec spec) {
    if (spec.jobId() != null) {
      boolean fresh = registry.create(spec.jobId(), spec);
      return fresh ? Optional.of(spec.jobId()) : Optional.empty();
    }
    while (true) {
      String id =
          SeededRandom.of(options.seed(), "created").derive(created.incrementAndGet()).hex();
      if (registry.create(id, spec)) {
        return Optional.of(id);
      }
    }
  }

  /** Returns the expected result of a job or sub-job, without starting it. */
  public ExpectedJob expected(String jobId) {
    return ExpectedJob.of(registry.plan(jobId), entities);
  }

  /** Returns the catalogue of job ids with known outcomes. */
  public JobCatalogue catalogue() {
    return catalogue;
  }

  /** Returns the number of authenticated GETs of a job or sub-job. */
  public int gets(String jobId) {
    return registry.gets(jobId);
  }

  /** Returns the jobs with the most GETs, in descending order. */
  List<SimulatedJob> busiest(int limit) {
    return registry.byGets(limit).toList();
  }

  public SimulatorStats stats() {
    return counters.read(registry.size());
  }

  /** Adds a fault for all requests of its target, after the faults in force. */
  public void inject(InjectedFault fault) {
    faults.add(fault);
  }

  /** Adds a fault for GETs of one job, and starts the job if it is new. */
  public void inject(String jobId, InjectedFault fault) {
    registry.getOrStart(jobId).add(new ActiveFault(fault));
  }

  /** Replaces all faults, except the faults of single jobs. */
  public void replaceFaults(List<InjectedFault> injected) {
    faults.replace(injected);
  }

  /** Removes all faults, except the faults of single jobs. */
  public void clearFaults() {
    faults.replace(List.of());
  }

  List<ActiveFault> faultsInForce() {
    return faults.inForce();
  }

  /** Issues a token without a login. */
  public String issueToken() {
    return credentials.issueToken().value();
  }

  /** Makes all tokens issued so far expire now. */
  public void revokeTokens() {
    credentials.revokeTokens();
  }

  /**
   * Stops listening and closes all connections. Waits up to 30 s.
   *
   * @throws IllegalStateException if it does not stop
   */
  @Override
  public void close() {
    listener.close();
  }
}
