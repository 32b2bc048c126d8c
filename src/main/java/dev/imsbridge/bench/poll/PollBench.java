package dev.imsbridge.bench.poll;

import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.LocalPoller;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
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
final class PollBench {
  private static final String TOPIC = "none";
  private static final Duration NEVER = Duration.ofDays(30);

  private final LocalPoller poller;
  private long answers;
  private long others;
  private long bodyBytes;
  private long written;
  private String latestOther;

  /**
   * The results of the GETs of one {@link #run}.
   *
   * @param answers GETs that returned a job
   * @param others GETs with any other outcome
   * @param bodyBytes the total size of the answers, decompressed
   * @param written observations that a poller would have written
   * @param latestOther the latest outcome without an answer; null if there was none
   */
  record Count(long answers, long others, long bodyBytes, long written, String latestOther) {}

  /**
   * Opens the watches. Does not send requests yet.
   *
   * @param project its budget's concurrency is the number of concurrent GETs
   * @param watches open watches at any time
   * @param jobIds supplies the ids of the jobs
   */
  PollBench(
      ImsClient client,
      Project project,
      PollPolicy policy,
      int watches,
      Supplier<String> jobIds,
      InstantSource clock) {
    poller =
        new LocalPoller(
            project,
            new AtOnce(policy),
            client::get,
            () -> watch(jobIds.get(), project, clock.instant()),
            this::count,
            this::encode,
            clock);
    poller.open(watches);
  }

  private static Watch watch(String id, Project project, Instant openedAt) {
    return new Watch(id, id, project.ref(), null, 1, openedAt, openedAt.plus(NEVER));
  }

  /** Sends requests for the given time, then waits for the last answers. */
  Count run(Duration time) throws InterruptedException {
    answers = 0;
    others = 0;
    bodyBytes = 0;
    written = 0;
    latestOther = null;
    long until = System.nanoTime() + time.toNanos();
    poller.run(() -> System.nanoTime() - until >= 0);
    return new Count(answers, others, bodyBytes, written, latestOther);
  }

  private void count(Outcome outcome) {
    if (outcome instanceof Outcome.Answer answer) {
      answers++;
      bodyBytes += answer.body().length;
    } else {
      others++;
      latestOther = outcome.toString();
    }
  }

  /** Encodes an observation as a record, like a poller, and drops it. */
  private void encode(Observation observation) {
    if (observation.record(TOPIC, 0).partition() == 0) {
      written++;
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
