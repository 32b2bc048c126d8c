package dev.imsbridge.simulator;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The state of the simulated cloud: jobs, faults and credentials. Thread-safe. */
final class Simulation {
  private final long seed;
  private final InstantSource clock;
  private final JobCatalogue catalogue;
  private final EntitiesWriter entities;
  private final JobRegistry registry;
  private final FaultSelector faults;
  private final IssuedTokens tokens;
  private final IssuedKeys keys;
  private final SimulatorAuth auth;
  private final RequestCounters counters = new RequestCounters();
  private final AtomicLong created = new AtomicLong();

  Simulation(SimulatorOptions options) {
    seed = options.seed();
    clock = options.clock();
    catalogue = JobCatalogue.of(seed, options.speed());
    entities = new EntitiesWriter(seed);
    registry = new JobRegistry(new JobPlanner(seed, options.speed()), clock);
    faults = new FaultSelector(seed, options.faults());
    auth = options.auth();
    tokens = new IssuedTokens(seed, auth, clock);
    keys = new IssuedKeys(seed, auth, clock);
  }

  JobEndpoint jobs(FaultResponder responder) {
    RequestAuthenticator authenticator =
        new RequestAuthenticator(auth, tokens, new SignatureCheck(keys, clock));
    AnswerWriter answers = new AnswerWriter(seed, entities);
    return new JobEndpoint(registry, answers, authenticator, faults, responder, counters, clock);
  }

  IdentityEndpoint identity(FaultResponder responder) {
    return new IdentityEndpoint(auth.users(), tokens, keys, faults, responder, counters, clock);
  }

  RequestCounters counters() {
    return counters;
  }

  /**
   * Starts a job now.
   *
   * @return the job's id; empty if a job with the id of the spec exists already
   */
  Optional<String> create(JobSpec spec) {
    if (spec.jobId() != null) {
      boolean fresh = registry.create(spec.jobId(), spec, FaultSelector.activate(spec.faults()));
      return fresh ? Optional.of(spec.jobId()) : Optional.empty();
    }
    while (true) {
      String id = SeededRandom.of(seed, "created").derive(created.incrementAndGet()).hex();
      if (registry.create(id, spec, FaultSelector.activate(spec.faults()))) {
        return Optional.of(id);
      }
    }
  }

  ExpectedJob expected(String jobId) {
    return ExpectedJob.of(registry.plan(jobId), entities);
  }

  int gets(String jobId) {
    return registry.gets(jobId);
  }

  List<SimulatedJob> busiest(int limit) {
    return registry.byGets(limit).toList();
  }

  SimulatorStats stats() {
    return counters.read(registry.size());
  }

  JobCatalogue catalogue() {
    return catalogue;
  }

  void inject(InjectedFault fault) {
    faults.add(fault);
  }

  /** Adds a fault for GETs of one job, and starts the job if it is new. */
  void inject(String jobId, InjectedFault fault) {
    registry.getOrStart(jobId).add(new ActiveFault(fault));
  }

  void replaceFaults(List<InjectedFault> injected) {
    faults.replace(injected);
  }

  void clearFaults() {
    faults.replace(List.of());
  }

  List<ActiveFault> faultsInForce() {
    return faults.inForce();
  }

  String issueToken() {
    return tokens.issue().token();
  }

  void revokeTokens() {
    tokens.revoke();
  }
}
