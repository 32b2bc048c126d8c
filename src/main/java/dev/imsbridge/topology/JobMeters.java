package dev.imsbridge.topology;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobOutcome;
import dev.imsbridge.job.JobTimes;
import dev.imsbridge.job.Output;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Meters of ended jobs: one count for each completion that this process publishes. Thread-safe, if
 * each partition is used by one thread at a time.
 *
 * <p>A thread that is replaced after a failure folds the records of its aborted transaction again.
 * They are not counted again.
 */
final class JobMeters {
  private static final Duration[] BUCKETS = {
    Duration.ofSeconds(10),
    Duration.ofMinutes(1),
    Duration.ofMinutes(5),
    Duration.ofMinutes(15),
    Duration.ofHours(1),
    Duration.ofHours(4),
    Duration.ofHours(12)
  };

  private final MeterRegistry registry;
  private final TypeLabels types = new TypeLabels();

  /** The offset of the last record whose completions were counted, by partition. */
  private final Map<Integer, Long> counted = new ConcurrentHashMap<>();

  JobMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /**
   * Counts the completions among the outputs of one record.
   *
   * @param at the position of the record
   */
  void folded(Evidence at, List<Output> outputs) {
    for (Output output : outputs) {
      if (output instanceof Output.Completion completion
          && at.offset() > counted.getOrDefault(at.partition(), -1L)) {
        counted.put(at.partition(), at.offset());
        ended(completion);
      }
    }
  }

  private void ended(Output.Completion completion) {
    String outcome = completion.outcome().name();
    String type = types.of(completion.state().jobType());
    // Register all outcomes at once: monitoring systems miss the first increase of a new series.
    for (JobOutcome each : JobOutcome.values()) {
      counter(each.name(), type);
    }
    counter(outcome, type).increment();
    duration(completion.state().times())
        .ifPresent(
            duration ->
                Timer.builder("imsbridge.job.duration")
                    .description("From the begin of an ended job to its end, as IMS states them.")
                    .tag("outcome", outcome)
                    .tag("type", type)
                    .serviceLevelObjectives(BUCKETS)
                    .register(registry)
                    .record(duration));
  }

  private Counter counter(String outcome, String type) {
    return Counter.builder("imsbridge.jobs.ended")
        .description("Requested jobs whose completion was published.")
        .tag("outcome", outcome)
        .tag("type", type)
        .register(registry);
  }

  private static Optional<Duration> duration(JobTimes times) {
    return times.beginTime() == null
            || times.endTime() == null
            || times.endTime().isBefore(times.beginTime())
        ? Optional.empty()
        : Optional.of(Duration.between(times.beginTime(), times.endTime()));
  }
}
