package dev.imsbridge.topology;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobState;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Output;
import dev.imsbridge.ledger.DeadLetter;
import dev.imsbridge.ledger.Ledger;
import dev.imsbridge.ledger.LedgerEntry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Meters of detection lag, fold latency, ended jobs and dead letters. Thread-safe.
 *
 * <p>The timers count only transitions that were observed after the task started. Otherwise a
 * backlog after a restart, or a log that is folded again, would count the downtime as latency of
 * the bridge.
 */
final class FoldMeters {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterLog.class);
  static final String REQUEST_REFUSED = "RequestRefused";

  private static final String DEAD_LETTERS = "imsbridge.dead.letters";
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

  private final MeterRegistry registry;
  private final Timer detection;
  private final Timer fold;
  private final JobMeters jobs;
  private final DeadLetterLog deadLetters = new DeadLetterLog(LOG::warn);

  FoldMeters(MeterRegistry registry) {
    this.registry = registry;
    jobs = new JobMeters(registry);
    detection =
        Timer.builder("imsbridge.detection.lag")
            .description("From the end of a job, as IMS tells it, until it was seen.")
            .serviceLevelObjectives(seconds(1, 2, 5, 10, 30, 60, 300, 1800))
            .register(registry);
    fold =
        Timer.builder("imsbridge.fold.latency")
            .description("From an observation that changed something until it was folded.")
            .serviceLevelObjectives(
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30))
            .register(registry);
    List.of(REQUEST_REFUSED, Ledger.OBSERVATION_REFUSED, Ledger.ANSWER_REFUSED)
        .forEach(this::counter);
  }

  private static Duration[] seconds(int... each) {
    return Arrays.stream(each).mapToObj(Duration::ofSeconds).toArray(Duration[]::new);
  }

  private Counter counter(String kind) {
    return Counter.builder(DEAD_LETTERS)
        .description("Records that could not be used, by the class of the reason.")
        .tag("kind", kind)
        .register(registry);
  }

  /** Returns the number of dead letters by kind. Kinds without dead letters are absent. */
  static Map<String, Long> deadLetters(MeterRegistry registry) {
    return registry.find(DEAD_LETTERS).counters().stream()
        .filter(each -> each.count() > 0)
        .collect(
            Collectors.toMap(each -> each.getId().getTag("kind"), each -> (long) each.count()));
  }

  /** Counts and logs a dead letter. */
  void deadLetter(DeadLetter letter, Instant now) {
    counter(letter.kind()).increment();
    deadLetters.add(letter, now);
  }

  /** Schedules {@link DeadLetterLog#logPending} on the wall clock of a task. */
  void logDeadLettersOn(ProcessorContext<?, ?> task) {
    task.schedule(
        LOG_INTERVAL,
        PunctuationType.WALL_CLOCK_TIME,
        now -> deadLetters.logPending(Instant.ofEpochMilli(now)));
  }

  /**
   * Counts a folded record.
   *
   * @param at the position of the record
   * @param taskStartedAt the time at which the task started on this instance
   */
  void folded(LedgerEntry entry, Evidence at, Instant taskStartedAt, Instant now) {
    jobs.folded(at, entry.outputs());
    if (entry.deadLetter() != null) {
      deadLetter(entry.deadLetter(), now);
    }
    JobTree tree = entry.change() == null ? null : entry.change().tree();
    boolean foldRecorded = false;
    for (Output output : entry.outputs()) {
      if (output instanceof Output.Transition transition
          && !transition.state().observedAt().isBefore(taskStartedAt)) {
        JobState state = transition.state();
        if (!foldRecorded) {
          fold.record(delay(state.observedAt(), now));
          foldRecorded = true;
        }
        if (endDetected(state, tree)) {
          detection.record(delay(state.times().endTime(), state.observedAt()));
        }
      }
    }
  }

  // The end of a job that ended before its request says nothing about detection.
  private static boolean endDetected(JobState state, JobTree tree) {
    return state.status().terminal()
        && state.times().endTime() != null
        && tree != null
        && !state.times().endTime().isBefore(tree.acceptance().requestedAt());
  }

  // The clocks of IMS and the bridge can differ.
  private static Duration delay(Instant from, Instant to) {
    Duration delay = Duration.between(from, to);
    return delay.isNegative() ? Duration.ZERO : delay;
  }
}
