package dev.imsbridge.poller;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME;

import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.Credentials;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.Project;
import dev.imsbridge.ims.RateLimit;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.wire.AnswerParser;
import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * An engine with a scripted IMS, in virtual time. {@link #pass} advances the time. Each GET and
 * each observation is recorded with its time.
 */
public final class VirtualIms implements PollActions {
  public static final Instant START = Instant.parse("2024-11-06T06:00:00Z");
  static final ProjectRef REF = new ProjectRef("cn-north-4", "p1");
  static final Duration LATENCY = Duration.ofMillis(150);

  private static final Duration ACK = Duration.ofMillis(5);

  /** A GET and its time. */
  record Asked(String jobId, Duration at) {}

  /** An observation and its time. */
  record Written(Observation observation, Duration at) {
    String line() {
      String fault = observation.fault() == null ? "" : " " + observation.fault();
      return observation.kind().word() + fault;
    }
  }

  private record Event(long at, long order, Runnable action) {}

  // One minute before the overflow, because the monotonic clock may start anywhere.
  private static final long EPOCH = Long.MAX_VALUE - Duration.ofMinutes(1).toNanos();

  final List<Asked> asked = new ArrayList<>();
  final List<Written> written = new ArrayList<>();

  /** The log lines about outages, each after the second in which it was written. */
  final List<String> told = new ArrayList<>();

  final PollEngine engine;
  Function<String, Outcome> script = jobId -> running(jobId);
  boolean kafkaDown;

  /** Whether a watch is closed after its end was written, as the topology does. */
  boolean tombstones;

  /** Jobs whose observations Kafka refuses. */
  Predicate<String> refused = jobId -> false;

  /** Whether answers have a Date header. The clock of IMS is correct. */
  boolean dated;

  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final Map<String, Outcome.Answer> bodies = new HashMap<>();
  private long elapsed;
  private long order;
  private Duration clockError = Duration.ZERO;

  VirtualIms(EngineSettings settings, PollPolicy policy, Project... projects) {
    this(settings, policy, 1, projects);
  }

  VirtualIms(EngineSettings settings, PollPolicy policy, int partitions, Project... projects) {
    engine =
        new PollEngine(
            settings, List.of(projects), partitions, policy, this, this::wall, new Random(42));
  }

  static Project project(double rate, int burst, int concurrency) {
    return project("p1", rate, burst, concurrency);
  }

  static Project project(String id, double rate, int burst, int concurrency) {
    return new Project(
        id,
        new ProjectRef(REF.region(), id),
        Endpoint.of("http://127.0.0.1:" + (1024 + id.hashCode() % 100)),
        new Credentials.None(),
        new BudgetSettings(rate, burst, concurrency));
  }

  // ---- time

  long now() {
    return EPOCH + elapsed;
  }

  Duration at() {
    return Duration.ofNanos(elapsed);
  }

  Instant wall() {
    return START.plusNanos(elapsed).plus(clockError);
  }

  void setClockBack(Duration by) {
    clockError = clockError.minus(by);
  }

  void later(Duration in, Runnable action) {
    events.add(new Event(elapsed + in.toNanos(), order++, action));
  }

  /**
   * Advances the time like the loop: the engine runs at each event and at each time that it
   * requested.
   */
  void pass(Duration time) {
    long end = elapsed + time.toNanos();
    int turns = 0;
    long wait = engine.run(now());
    while (true) {
      long next = wait == Long.MAX_VALUE ? end : Math.min(end, elapsed + wait);
      if (!events.isEmpty()) {
        next = Math.min(next, events.peek().at());
      }
      if (next >= end && (events.isEmpty() || events.peek().at() > end)) {
        elapsed = end;
        engine.run(now());
        return;
      }
      turns = next == elapsed ? turns + 1 : 0;
      if (turns > 100_000) {
        throw new AssertionError("the engine does not sleep at " + at());
      }
      elapsed = next;
      while (!events.isEmpty() && events.peek().at() <= elapsed) {
        events.poll().action().run();
      }
      wait = engine.run(now());
    }
  }

  // ---- effects

  @Override
  public void get(Project project, WatchState watch) {
    String jobId = watch.watch.jobId();
    asked.add(new Asked(jobId, at()));
    later(LATENCY, () -> engine.answered(watch, script.apply(jobId), now()));
  }

  @Override
  public void write(WatchState watch, Observation observation) {
    // Encode the record as in production, so that an encoding error fails here too.
    observation.record("observations", 0);
    if (kafkaDown || refused.test(watch.watch.jobId())) {
      later(ACK, () -> engine.writeFailed(watch, now()));
    } else {
      written.add(new Written(observation, at()));
      later(ACK, () -> engine.writeSucceeded(watch));
      if (tombstones && ends(observation)) {
        later(Duration.ofSeconds(1), () -> engine.closed(0, watch.watch.key()));
      }
    }
  }

  @Override
  public void outage(PollerView.Project project, PollerView.Outage ended) {
    String line =
        ended == null ? OutageLines.began(project) : OutageLines.ended(project, ended, wall());
    told.add(at().toSeconds() + " " + line);
  }

  private static boolean ends(Observation observation) {
    return switch (observation.kind()) {
      case EXPIRED, NOT_FOUND -> true;
      case ANSWER -> new String(observation.body(), UTF_8).contains("SUCCESS");
      default -> false;
    };
  }

  // ---- actions

  Watch watch(String jobId) {
    return watch(jobId, 1, Duration.ofDays(2));
  }

  Watch watch(String jobId, int generation, Duration deadlineIn) {
    return new Watch(jobId, jobId, REF, null, generation, wall(), wall().plus(deadlineIn));
  }

  Watch subWatch(String rootJobId, String jobId) {
    return new Watch(jobId, rootJobId, REF, null, 1, wall(), wall().plus(Duration.ofDays(2)));
  }

  /** Opens a watch on partition 0. */
  VirtualIms open(Watch watch) {
    engine.opened(0, watch, now());
    return this;
  }

  VirtualIms restored(int partition) {
    engine.assigned(partition, now());
    engine.restored(partition, now());
    return this;
  }

  List<String> lines() {
    return written.stream().map(Written::line).toList();
  }

  // ---- answers of IMS

  Outcome running(String jobId) {
    return body(jobId, "RUNNING", "");
  }

  Outcome success(String jobId) {
    return body(jobId, "SUCCESS", "");
  }

  Outcome body(String jobId, String status, String extra) {
    Outcome.Answer said =
        bodies.computeIfAbsent(
            jobId + "/" + status + "/" + extra, key -> parsed(jobId, status, extra));
    return dated ? dated(said, date()) : said;
  }

  /** An answer with any text in the header {@code Date}. */
  Outcome body(String jobId, String status, String extra, String date) {
    return dated((Outcome.Answer) body(jobId, status, extra), date);
  }

  private static Outcome.Answer dated(Outcome.Answer said, String date) {
    return new Outcome.Answer(response(200), said.body(), said.job(), date);
  }

  private String date() {
    return RFC_1123_DATE_TIME.format(START.plusNanos(elapsed).atOffset(ZoneOffset.UTC));
  }

  private static Outcome.Answer parsed(String jobId, String status, String extra) {
    byte[] body =
        """
        {"job_id": "%s", "job_type": "imsImportImageJob", "status": "%s"%s}\
        """
            .formatted(jobId, status, extra)
            .getBytes(UTF_8);
    AnswerParser.Parsed parsed = AnswerParser.parse(body, jobId);
    return new Outcome.Answer(response(200), body, ((AnswerParser.Valid) parsed).answer(), null);
  }

  private static Outcome.Response response(int status) {
    return new Outcome.Response(status, "r-1", LATENCY);
  }

  static Outcome notFound() {
    return new Outcome.NotFound(response(404), "no such job");
  }

  static Outcome fault(FaultKind kind) {
    return Outcome.Fault.of(kind, "it failed", response(500));
  }

  static Outcome malformed(String text) {
    return new Outcome.Fault(
        response(200), FaultKind.MALFORMED, "not JSON", null, null, text.getBytes(UTF_8));
  }

  static Outcome throttled(RateLimit limit, Duration retryAfter) {
    return new Outcome.Fault(
        response(429), FaultKind.THROTTLED, "too many", retryAfter, limit, null);
  }
}
