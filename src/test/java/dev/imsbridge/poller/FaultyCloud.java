package dev.imsbridge.poller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.ClientSettings;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.PathTemplate;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.Decision;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Fold;
import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobStatus;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Output;
import dev.imsbridge.job.Watch;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.LogRecord;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.simulator.FaultType;
import dev.imsbridge.simulator.RequestClass;
import dev.imsbridge.simulator.ScriptedJob;
import dev.imsbridge.simulator.SimulatorAuth;
import dev.imsbridge.simulator.SimulatorOptions;
import dev.imsbridge.simulator.SimulatorServer;
import dev.imsbridge.wire.Observation;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The bridge without Kafka against a cloud with faults. The real engine and the real client request
 * jobs from the simulator over real HTTP, and the fold derives the published events from the
 * observations. All of them use virtual time, so an outage of an hour takes a moment. Only the
 * delays of slow answers and the client's timeouts are real.
 *
 * <p>GETs that run concurrently in virtual time reach the simulator one after the other, each at
 * its own time. Single-threaded.
 */
final class FaultyCloud implements AutoCloseable {
  static final ClientSettings CLIENT = client(ClientSettings.Timeouts.DEFAULTS);

  /** Allows sub-jobs to outlive their root job by more than any outage in these tests. */
  private static final FoldRules RULES =
      new FoldRules(Duration.ofDays(2), Duration.ofHours(6), 256, 8);

  private static final Duration SLICE = Duration.ofSeconds(1);
  private static final String OBSERVATIONS = "observations";

  final SimulatorServer simulator;
  final VirtualIms engine;
  final List<Output.Transition> transitions = new ArrayList<>();
  final List<Output.Completion> completions = new ArrayList<>();
  final List<Output.Audited> audit = new ArrayList<>();
  final List<String> requested = new ArrayList<>();
  int deadLetters;
  private final Vertx vertx = Vertx.vertx();
  private final ImsClient client;
  private final Project project;
  private final Map<String, JobTree> trees = new TreeMap<>();
  private volatile Instant now = VirtualIms.START;
  private int folded;

  /**
   * @param credentials creates the project's credentials for the simulator
   */
  FaultyCloud(
      EngineSettings settings,
      PollPolicy policy,
      BudgetSettings budget,
      ClientSettings clientSettings,
      SimulatorAuth auth,
      Function<SimulatorServer, Credentials> credentials) {
    simulator =
        SimulatorServer.start(SimulatorOptions.defaults().withClock(() -> now).withAuth(auth));
    project = new Project("test", VirtualIms.REF, endpoint(), credentials.apply(simulator), budget);
    client = new ImsClient(vertx, clientSettings, () -> now);
    engine = new VirtualIms(settings, policy, project);
    engine.script = this::ask;
    engine.restored(0);
  }

  static ClientSettings client(ClientSettings.Timeouts timeouts) {
    return new ClientSettings(
        PathTemplate.DEFAULT,
        timeouts,
        new ClientSettings.Bounds(64 << 10, ClientSettings.Bounds.DEFAULTS.headers()),
        64,
        null,
        null);
  }

  /** A cloud without authentication. */
  FaultyCloud(PollPolicy policy, BudgetSettings budget) {
    this(
        EngineSettings.DEFAULTS,
        policy,
        budget,
        CLIENT,
        SimulatorAuth.none(),
        simulator -> new Credentials.None());
  }

  Endpoint endpoint() {
    return Endpoint.of(simulator.uri().toString());
  }

  private Outcome ask(String jobId) {
    now = engine.wall();
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    client.get(project, jobId, outcome::complete);
    try {
      return outcome.get(60, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("a GET has no outcome", e);
    }
  }

  @Override
  public void close() {
    client.close();
    simulator.close();
    vertx.close();
  }

  // ---- actions

  /** Starts a job and requests a watch for it. */
  String request(ScriptedJob job) {
    now = engine.wall();
    String jobId = simulator.create(job.build());
    request(jobId, null);
    return jobId;
  }

  /** Requests a watch for a job that may not exist. */
  void request(String jobId, Duration deadline) {
    JobRequest request =
        new JobRequest(
            jobId, VirtualIms.REF, new TreeMap<>(), deadline, JobRequest.Correlation.NONE);
    Evidence source = new Evidence("requests", 0, requested.size());
    requested.add(jobId);
    OutputRecord entry = LogCodec.encodeRequest(request, source, engine.wall());
    fold(
        LogCodec.decode(
            new LogRecord(source, entry.key(), entry.value(), entry.headers(), Long.MAX_VALUE)));
  }

  /** Advances the time and passes new observations to the fold. */
  void pass(Duration time) {
    Duration left = time;
    while (!left.isZero()) {
      Duration slice = left.compareTo(SLICE) < 0 ? left : SLICE;
      engine.pass(slice);
      for (; folded < engine.written.size(); folded++) {
        fold(read(engine.written.get(folded).observation(), folded));
      }
      left = left.minus(slice);
    }
  }

  private static LogCodec.Decoded read(Observation observation, int offset) {
    ProducerRecord<byte[], byte[]> record = observation.record(OBSERVATIONS, 0);
    return LogCodec.decode(
        new LogRecord(
            new Evidence(OBSERVATIONS, 0, offset),
            record.key(),
            record.value(),
            record.headers(),
            Long.MAX_VALUE));
  }

  private void fold(LogCodec.Decoded read) {
    assertThat(read).isInstanceOf(LogCodec.Valid.class);
    LogCodec.Valid understood = (LogCodec.Valid) read;
    deadLetters += understood.deadLetterReason() == null ? 0 : 1;
    Fold.Folded result = Fold.fold(RULES, trees.get(understood.rootJobId()), understood.input());
    trees.put(understood.rootJobId(), result.tree());
    result.outputs().forEach(output -> published(output, understood.rootJobId()));
  }

  private void published(Output output, String root) {
    if (output instanceof Output.WatchOpened opened) {
      engine.open(opened.watch());
    } else if (output instanceof Output.WatchClosed closed) {
      engine.engine.closed(0, Watch.key(root, closed.jobId()));
    } else if (output instanceof Output.Transition transition) {
      transitions.add(transition);
    } else if (output instanceof Output.Completion completion) {
      completions.add(completion);
    } else if (output instanceof Output.Audited entry) {
      audit.add(entry);
    }
  }

  // ---- results

  /** GETs of jobs that have reached the simulator. */
  long calls() {
    return simulator.stats().jobGets();
  }

  /** Token requests that have reached the simulator. */
  long tokenCalls() {
    return simulator.stats().requests().get(RequestClass.TOKEN);
  }

  long shown(FaultType fault) {
    return simulator.stats().faults().getOrDefault(fault, 0L);
  }

  long openWatches() {
    return engine.engine.view(engine.now()).openWatches();
  }

  List<String> statuses(String jobId) {
    return transitions.stream()
        .filter(transition -> transition.state().jobId().equals(jobId))
        .map(transition -> transition.state().status().name())
        .toList();
  }

  /** The number of audit entries with this decision, by job. */
  Map<String, Integer> entries(Decision what) {
    Map<String, Integer> entries = new LinkedHashMap<>();
    audit.stream()
        .filter(entry -> entry.what() == what)
        .forEach(entry -> entries.merge(entry.jobId(), 1, Integer::sum));
    return entries;
  }

  /**
   * Asserts that each job and sub-job has reached its true end, with each status once, and that no
   * watch remains open.
   */
  void assertTrueEnds() {
    for (String root : requested) {
      simulator.expected(root).tree().forEach(job -> assertTrueEnd(job.jobId(), job.status()));
      assertThat(completions.stream().filter(each -> each.state().jobId().equals(root)))
          .as("completions of " + root)
          .hasSize(1);
    }
    assertThat(openWatches()).isZero();
  }

  private void assertTrueEnd(String jobId, JobStatus end) {
    List<String> statuses = statuses(jobId);
    assertThat(statuses).as(jobId).doesNotHaveDuplicates().endsWith(end.name());
    assertThat(List.of("INIT", "RUNNING", end.name())).as(jobId).containsSubsequence(statuses);
  }

  /**
   * Asserts that the audit log has each outage once: a watch is degraded at most once. A root job's
   * watch, which no other answer can end, has recovered equally often.
   */
  void assertEachWatchDegradedAtMostOnce() {
    Map<String, Integer> degraded = entries(Decision.WATCH_DEGRADED);
    Map<String, Integer> recovered = entries(Decision.WATCH_RECOVERED);
    assertThat(degraded).allSatisfy((job, times) -> assertThat(times).as(job).isEqualTo(1));
    assertThat(degraded).containsAllEntriesOf(recovered);
    for (String root : requested) {
      assertThat(recovered.get(root)).as(root).isEqualTo(degraded.get(root));
    }
  }

  /** Asserts that in any time {@code t} at most {@code rate * t + burst} GETs were started. */
  void assertNoMoreThan(BudgetSettings budget, Duration from) {
    List<Duration> times =
        engine.asked.stream()
            .map(VirtualIms.Asked::at)
            .filter(at -> at.compareTo(from) >= 0)
            .toList();
    for (int i = 0; i < times.size(); i++) {
      for (int j = i; j < Math.min(times.size(), i + 200); j++) {
        double seconds = times.get(j).minus(times.get(i)).toNanos() / 1e9;
        assertThat(j - i + 1.0)
            .as("GETs from %s on", times.get(i))
            .isLessThanOrEqualTo(budget.callsPerSecond() * seconds + budget.burst() + 0.001);
      }
    }
  }
}
