package dev.imsbridge.simulator;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** The simulated cloud itself, without a network: jobs, faults, credentials. Thread-safe. */
final class Simulation {
  private final long seed;
  private final InstantSource clock;
  private final JobCatalogue catalogue;
  private final EntitiesWriter entities;
  private final JobRegistry book;
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
    book = new JobRegistry(new JobPlanner(seed, options.speed()), clock);
    faults = new FaultSelector(seed, options.faults());
    auth = options.auth();
    tokens = new IssuedTokens(seed, auth, clock);
    keys = new IssuedKeys(seed, auth, clock);
  }

  JobEndpoint jobs(FaultResponder responder) {
    RequestAuthenticator gatekeeper =
        new RequestAuthenticator(auth, tokens, new SignatureCheck(keys, clock));
    AnswerWriter answers = new AnswerWriter(seed, entities);
    return new JobEndpoint(book, answers, gatekeeper, faults, responder, counters, clock);
  }

  IdentityEndpoint identity(FaultResponder responder) {
    return new IdentityEndpoint(auth.users(), tokens, keys, faults, responder, counters, clock);
  }

  RequestCounters counters() {
    return counters;
  }

  /**
   * @return the job's id; empty when there is already a job of the id wished for
   */
  Optional<String> create(JobSpec spec) {
    if (spec.jobId() != null) {
      boolean fresh = book.create(spec.jobId(), spec, FaultSelector.activate(spec.faults()));
      return fresh ? Optional.of(spec.jobId()) : Optional.empty();
    }
    while (true) {
      String id = SeededRandom.of(seed, "created").derive(created.incrementAndGet()).hex();
      if (book.create(id, spec, FaultSelector.activate(spec.faults()))) {
        return Optional.of(id);
      }
    }
  }

  ExpectedJob expected(String jobId) {
    return ExpectedJob.of(book.plan(jobId), entities);
  }

  int gets(String jobId) {
    return book.gets(jobId);
  }

  List<SimulatedJob> busiest(int limit) {
    return book.byGets(limit).toList();
  }

  SimulatorStats stats() {
    return counters.read(book.size());
  }

  JobCatalogue catalogue() {
    return catalogue;
  }

  void inject(InjectedFault fault) {
    faults.add(fault);
  }

  /** The job starts by that, when nobody asked for it before. */
  void inject(String jobId, InjectedFault fault) {
    book.visit(jobId).add(new ActiveFault(fault));
  }

  void replaceFaults(List<InjectedFault> wanted) {
    faults.replace(wanted);
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
