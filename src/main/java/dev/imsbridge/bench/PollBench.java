package dev.imsbridge.bench;

import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.Effects;
import dev.imsbridge.poller.EngineSettings;
import dev.imsbridge.poller.Mailbox;
import dev.imsbridge.poller.PollEngine;
import dev.imsbridge.poller.WatchState;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Measures the cost of a GET by requesting jobs as fast as they are answered. Uses the engine,
 * schedule, client and parser of a running poller, without Kafka. The policy computes when each job
 * is due again, but the bench does not wait for that time. A new job replaces each job that has
 * ended.
 *
 * <p>Owned by one thread, which acts as the loop's thread while it runs.
 */
public final class PollBench {
  private static final int PARTITION = 0;
  private static final String TOPIC = "none";
  private static final Duration NEVER = Duration.ofDays(30);

  private final Mailbox mailbox = new Mailbox();
  private final ImsClient client;
  private final Project project;
  private final Supplier<String> jobIds;
  private final InstantSource clock;
  private final PollEngine engine;
  private long answers;
  private long others;
  private long bodyBytes;
  private long written;
  private String trouble;

  /**
   * The results of the GETs of one {@link #run}.
   *
   * @param answers GETs that returned a job
   * @param others GETs with any other outcome
   * @param bodyBytes the total size of the answers, decompressed
   * @param written observations that a poller would have written
   * @param trouble the latest outcome without an answer; null if there was none
   */
  public record Count(long answers, long others, long bodyBytes, long written, String trouble) {}

  /**
   * Opens the watches. Does not send requests yet.
   *
   * @param project its budget's concurrency is the number of concurrent GETs
   * @param watches open watches at any time
   * @param jobIds supplies the ids of the jobs
   */
  public PollBench(
      ImsClient client,
      Project project,
      PollPolicy policy,
      int watches,
      Supplier<String> jobIds,
      InstantSource clock) {
    this.client = client;
    this.project = project;
    this.jobIds = jobIds;
    this.clock = clock;
    engine =
        new PollEngine(
            EngineSettings.DEFAULTS,
            List.of(project),
            1,
            new AtOnce(policy),
            new Asking(),
            clock,
            new SplittableRandom());
    long now = System.nanoTime();
    engine.assigned(PARTITION, now);
    for (int i = 0; i < watches; i++) {
      open(now);
    }
    engine.restored(PARTITION, now);
  }

  /** Sends requests for the given time, then waits for the last answers. */
  public Count run(Duration time) throws InterruptedException {
    answers = 0;
    others = 0;
    bodyBytes = 0;
    written = 0;
    trouble = null;
    long until = System.nanoTime() + time.toNanos();
    while (until - System.nanoTime() > 0) {
      long wait = Math.min(engine.run(System.nanoTime()), until - System.nanoTime());
      mailbox.deliver(engine, wait);
    }
    while (engine.asked() > 0) {
      mailbox.deliver(engine, Duration.ofSeconds(1).toNanos());
    }
    return new Count(answers, others, bodyBytes, written, trouble);
  }

  private void open(long now) {
    String id = jobIds.get();
    Instant openedAt = clock.instant();
    Watch watch = new Watch(id, id, project.ref(), null, 1, openedAt, openedAt.plus(NEVER));
    engine.opened(PARTITION, watch, now);
  }

  private void ended(WatchState watch, Outcome outcome, long now) {
    if (outcome instanceof Outcome.Answer answer) {
      answers++;
      bodyBytes += answer.body().length;
    } else {
      others++;
      trouble = outcome.toString();
    }
    engine.answered(watch, outcome, now);
    if (watch.phase == WatchState.Phase.PARKED) {
      engine.closed(PARTITION, watch.watch.key());
      open(now);
    }
  }

  /** Sends real requests. Encodes each observation as a record and drops it. */
  private final class Asking implements Effects {
    @Override
    public void get(Project asked, WatchState watch) {
      client.get(
          asked,
          watch.watch.jobId(),
          outcome -> mailbox.add((self, now) -> ended(watch, outcome, now)));
    }

    @Override
    public void write(WatchState watch, Observation observation) {
      if (observation.record(TOPIC, PARTITION).partition() == PARTITION) {
        written++;
      }
    }
  }

  /** Has the cost of the wrapped policy and makes everything due at once. */
  private record AtOnce(PollPolicy policy) implements PollPolicy {
    @Override
    public long delayNanos(String jobType, long ageNanos, RandomGenerator random) {
      return Math.min(1, policy.delayNanos(jobType, ageNanos, random));
    }

    @Override
    public void learn(String jobType, long durationNanos) {
      policy.learn(jobType, durationNanos);
    }

    @Override
    public void learnWait(long waitNanos) {
      policy.learnWait(waitNanos);
    }
  }
}
