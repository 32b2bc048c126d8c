package dev.imsbridge.poller;

import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.poller.schedule.PollPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running poller: reads watches, requests their jobs from IMS, and writes observations.
 *
 * <p>A poller keeps no state. The next owner of a partition reads its table of watches and
 * continues. A poller may therefore be killed at any time; some jobs may then be requested twice.
 * One thread reads the watches. Another one makes all decisions and sleeps until something is due.
 * If the policy learns, a third one reads earlier observations after the start. The public methods
 * are thread-safe.
 *
 * <p>A failure that cannot be fixed by a retry is reported once to {@code onFailure}. Polling
 * stops, and the caller must close the poller.
 */
public final class Poller implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Poller.class);
  private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(15);
  private static final long JOIN_MILLIS = 5_000;
  private static final long TYPES_MAX_AGE = Duration.ofSeconds(2).toNanos();
  private static final long JOBS_MAX_AGE = Duration.ofSeconds(5).toNanos();

  private final PollLoop loop;
  private final WatchReader reader;
  private final Optional<DurationWarmUp> warmUp;
  private final Consumer<Throwable> onFailure;
  private final AtomicBoolean failed = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean stopping;
  private volatile Cached<PollerView.Type> lastTypes = Cached.expired(TYPES_MAX_AGE);
  private volatile Cached<PollerView.OpenJobs> lastJobs = Cached.expired(JOBS_MAX_AGE);

  /** A result that is returned again for a while, because each call visits every watch. */
  private record Cached<T>(List<T> list, long nanos) {
    static <T> Cached<T> expired(long maxAge) {
      return new Cached<>(List.of(), System.nanoTime() - maxAge);
    }

    boolean olderThan(long maxAge) {
      return System.nanoTime() - nanos >= maxAge;
    }
  }

  private Poller(
      PollerSettings settings,
      Collection<Project> projects,
      ImsClient client,
      PollPolicy policy,
      InstantSource clock,
      Consumer<Throwable> onFailure) {
    this.onFailure = onFailure;
    String watches = settings.topics().watches();
    String observations = settings.topics().observations();
    LoopTasks tasks = new LoopTasks();
    var consumer = KafkaClients.consumer(settings);
    int partitionCount;
    ObservationWriter writer;
    try {
      partitionCount =
          samePartitions(
              settings,
              consumer.partitionsFor(watches, LOOKUP_TIMEOUT),
              consumer.partitionsFor(observations, LOOKUP_TIMEOUT));
      writer =
          new ObservationWriter(KafkaClients.producer(settings), observations, tasks, this::fail);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    reader =
        new WatchReader(
            consumer, watches, partitionCount, tasks, settings.kafkaLostAfter(), this::fail);
    loop =
        new PollLoop(
            settings.engine(),
            projects,
            partitionCount,
            client,
            policy,
            writer,
            tasks,
            clock,
            this::fail);
    warmUp =
        policy.learns()
            ? Optional.of(
                new DurationWarmUp(
                    KafkaClients.historyConsumer(settings),
                    IntStream.range(0, partitionCount)
                        .mapToObj(partition -> new TopicPartition(observations, partition))
                        .toList(),
                    tasks,
                    policy))
            : Optional.empty();
  }

  /**
   * Starts a poller.
   *
   * @param client remains owned by the caller and must be closed after the poller
   * @param policy owned by the poller from now on
   * @param paused the projects that are not polled until {@link #pause} names others
   * @param onFailure called on a thread of the poller when it cannot continue; must return soon
   * @throws org.apache.kafka.common.KafkaException if Kafka is not reachable
   * @throws IllegalStateException if the topics are missing or their partition counts differ
   */
  public static Poller start(
      PollerSettings settings,
      Collection<Project> projects,
      ImsClient client,
      PollPolicy policy,
      Set<ProjectRef> paused,
      InstantSource clock,
      Consumer<Throwable> onFailure) {
    Poller poller = new Poller(settings, projects, client, policy, clock, onFailure);
    poller.pause(paused);
    start(poller.loop);
    start(poller.reader);
    poller.warmUp.ifPresent(Poller::start);
    return poller;
  }

  private static void start(Thread thread) {
    thread.setDaemon(true);
    thread.start();
  }

  private static int samePartitions(
      PollerSettings settings, List<PartitionInfo> watches, List<PartitionInfo> observations) {
    if (watches.isEmpty() || observations.isEmpty()) {
      throw new IllegalStateException(
          "the topics %s and %s must exist before a poller starts: run imsbridge topics apply"
              .formatted(settings.topics().watches(), settings.topics().observations()));
    }
    if (watches.size() != observations.size()) {
      throw new IllegalStateException(
          "%s has %s partitions and %s has %s: partition counts must match"
              .formatted(
                  settings.topics().watches(),
                  watches.size(),
                  settings.topics().observations(),
                  observations.size()));
    }
    return watches.size();
  }

  private void fail(Throwable failure) {
    if (!stopping && failed.compareAndSet(false, true)) {
      stop();
      reader.end();
      onFailure.accept(failure);
    }
  }

  /**
   * Pauses the given projects and resumes all others. Takes effect soon after the call. GETs in
   * progress are completed.
   */
  public void pause(Set<ProjectRef> projects) {
    loop.pause(Set.copyOf(projects));
  }

  /**
   * Returns the current state. If the loop does not answer within 1 s, returns the last known
   * state.
   */
  public PollerView view() {
    return loop.view();
  }

  /**
   * Returns the open watches by type of job, the most frequent type first. The result may be 2 s
   * old because each call visits every watch. It may be older if the loop does not answer within 1
   * s.
   */
  public List<PollerView.Type> types() {
    if (lastTypes.olderThan(TYPES_MAX_AGE)) {
      loop.query(engine -> engine.types(System.nanoTime()))
          .ifPresent(types -> lastTypes = new Cached<>(types, System.nanoTime()));
    }
    return lastTypes.list();
  }

  /**
   * Returns the numbers of requested jobs that have not ended, by type and project. The result may
   * be 5 s old, for the same reason.
   */
  public List<PollerView.OpenJobs> openJobs() {
    if (lastJobs.olderThan(JOBS_MAX_AGE)) {
      loop.query(PollEngine::openJobs)
          .ifPresent(jobs -> lastJobs = new Cached<>(jobs, System.nanoTime()));
    }
    return lastJobs.list();
  }

  /**
   * Returns the states of several watches, by key, without those that this poller does not have.
   * Empty if the loop does not answer within 1 s.
   */
  public Map<String, PollerView.Polled> views(Collection<String> watchKeys) {
    List<String> keys = List.copyOf(watchKeys);
    return loop.query(engine -> views(engine, keys)).orElse(Map.of());
  }

  private static Map<String, PollerView.Polled> views(PollEngine engine, List<String> keys) {
    Map<String, PollerView.Polled> found = new HashMap<>();
    for (String key : keys) {
      PollerView.Polled view = engine.view(key, System.nanoTime());
      if (view != null) {
        found.put(key, view);
      }
    }
    return found;
  }

  /**
   * Stops polling, waits up to 2 s for pending answers, writes them, and leaves the group. Takes at
   * most about 15 s. May be called again.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    stop();
    join(loop);
    // Stop the reader last, so that pending answers are written before another poller requests the
    // same jobs.
    reader.end();
    join(reader);
    warmUp.ifPresent(Poller::join);
  }

  private void stop() {
    stopping = true;
    warmUp.ifPresent(DurationWarmUp::end);
    loop.end();
  }

  private static void join(Thread thread) {
    try {
      thread.join(JOIN_MILLIS);
      if (thread.isAlive()) {
        LOG.warn("thread {} did not end within {} ms", thread.getName(), JOIN_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
