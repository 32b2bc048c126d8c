package dev.imsbridge.poller;

import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Project;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.wire.Observation;
import dev.imsbridge.wire.RootPartition;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
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
  private static final Duration LOOK_UP = Duration.ofSeconds(15);
  private static final Duration ANSWER_OTHERS = Duration.ofSeconds(1);
  private static final long LAST_ANSWERS = Duration.ofSeconds(2).toNanos();
  private static final long LEAVE_MILLIS = 5_000;
  private static final long TYPES_HOLD = Duration.ofSeconds(2).toNanos();

  private final Mailbox mailbox = new Mailbox();
  private final PollEngine engine;
  private final ObservationWriter outbox;
  private final WatchReader reader;
  private final Consumer<Throwable> onFailure;
  private final int partitionCount;
  private final Thread loop;
  private final Thread reading;
  private final DurationWarmUp history;
  private final AtomicBoolean failed = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean stopping;
  private volatile PollerView lastView = PollerView.NOTHING;
  private volatile Types lastTypes;

  private record Types(List<PollerView.Type> types, long nanos) {}

  private Poller(
      PollerSettings settings,
      Collection<Project> projects,
      ImsClient client,
      PollPolicy policy,
      InstantSource clock,
      Consumer<Throwable> onFailure) {
    this.onFailure = onFailure;
    var consumer = KafkaClients.consumer(settings);
    try {
      partitionCount =
          samePartitions(
              settings,
              consumer.partitionsFor(settings.topics().watches(), LOOK_UP),
              consumer.partitionsFor(settings.topics().observations(), LOOK_UP));
      outbox =
          new ObservationWriter(
              KafkaClients.producer(settings),
              settings.topics().observations(),
              mailbox,
              this::fail);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    reader =
        new WatchReader(
            consumer,
            settings.topics().watches(),
            partitionCount,
            mailbox,
            settings.kafkaLostAfter(),
            this::fail);
    engine =
        new PollEngine(
            settings.engine(),
            projects,
            partitionCount,
            policy,
            new Asking(client, clock),
            clock,
            new SplittableRandom());
    loop = thread("poller", this::loop);
    reading = thread("watch-reader", reader);
    history = policy.learns() ? history(settings, policy) : null;
  }

  private DurationWarmUp history(PollerSettings settings, PollPolicy policy) {
    String topic = settings.topics().observations();
    List<TopicPartition> all =
        IntStream.range(0, partitionCount).mapToObj(i -> new TopicPartition(topic, i)).toList();
    return new DurationWarmUp(KafkaClients.lookBack(settings), all, mailbox, policy);
  }

  /**
   * Starts a poller.
   *
   * @param client remains owned by the caller and must be closed after the poller
   * @param policy owned by the poller from now on
   * @param onFailure called on a thread of the poller when it cannot continue; must return soon
   * @throws org.apache.kafka.common.KafkaException if Kafka is not reachable
   * @throws IllegalStateException if the topics are missing or their partition counts differ
   */
  public static Poller start(
      PollerSettings settings,
      Collection<Project> projects,
      ImsClient client,
      PollPolicy policy,
      InstantSource clock,
      Consumer<Throwable> onFailure) {
    Poller poller = new Poller(settings, projects, client, policy, clock, onFailure);
    poller.loop.start();
    poller.reading.start();
    if (poller.history != null) {
      thread("history-reader", poller.history).start();
    }
    return poller;
  }

  private static int samePartitions(
      PollerSettings settings, List<PartitionInfo> watches, List<PartitionInfo> observations) {
    if (watches.isEmpty() || observations.isEmpty()) {
      throw new IllegalStateException(
          "the topics %s and %s have to be there before a poller starts: create them with topics apply"
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

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, "imsbridge-" + name);
    thread.setDaemon(true);
    return thread;
  }

  // ---- the loop

  private void loop() {
    try {
      while (!stopping) {
        mailbox.deliver(engine, engine.run(System.nanoTime()));
      }
      awaitLastAnswers();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      fail(e);
    } finally {
      lastView = engine.view(System.nanoTime());
      outbox.close();
    }
  }

  private void awaitLastAnswers() throws InterruptedException {
    long until = System.nanoTime() + LAST_ANSWERS;
    while (engine.asked() > 0 && System.nanoTime() - until < 0) {
      mailbox.deliver(engine, until - System.nanoTime());
    }
  }

  private void fail(Throwable failure) {
    if (!stopping && failed.compareAndSet(false, true)) {
      stop();
      reader.stop();
      onFailure.accept(failure);
    }
  }

  /** Executes the engine's decisions, on the loop's thread. */
  private final class Asking implements Effects {
    private final ImsClient client;
    private final InstantSource clock;

    Asking(ImsClient client, InstantSource clock) {
      this.client = client;
      this.clock = clock;
    }

    @Override
    public void get(Project project, WatchState watch) {
      client.get(
          project,
          watch.watch.jobId(),
          outcome -> mailbox.add((self, now) -> self.answered(watch, outcome, now)));
    }

    @Override
    public void write(WatchState watch, Observation observation) {
      outbox.write(watch, observation);
    }

    @Override
    public void degraded(PollerView.Project project) {
      LOG.warn(OutageLines.began(project));
    }

    @Override
    public void recovered(PollerView.Project project, PollerView.Outage outage) {
      LOG.info(OutageLines.ended(project, outage, clock.instant()));
    }
  }

  // ---- for other threads

  /**
   * Returns the current state. If the loop does not answer within 1 s, returns the last known
   * state.
   */
  public PollerView view() {
    PollerView view = ask(engine -> engine.view(System.nanoTime()));
    if (view != null) {
      lastView = view;
    }
    return lastView;
  }

  /**
   * Returns the open watches by type of job, the most frequent type first. The result may be 2 s
   * old because each call visits every watch. It may be older if the loop does not answer within 1
   * s.
   */
  public List<PollerView.Type> types() {
    Types last = lastTypes;
    if (last != null && System.nanoTime() - last.nanos() < TYPES_HOLD) {
      return last.types();
    }
    List<PollerView.Type> types = ask(engine -> engine.types(System.nanoTime()));
    if (types == null) {
      return last == null ? List.of() : last.types();
    }
    lastTypes = new Types(types, System.nanoTime());
    return types;
  }

  /**
   * Returns the state of a watch; empty if this poller has no such watch or does not answer within
   * 1 s.
   */
  public Optional<PollerView.Polled> view(String watchKey) {
    int partition = RootPartition.ofKey(watchKey, partitionCount);
    return Optional.ofNullable(ask(engine -> engine.view(watchKey, partition, System.nanoTime())));
  }

  /**
   * Returns the states of several watches, by key, without those that this poller does not have.
   * Empty if the loop does not answer within 1 s.
   */
  public Map<String, PollerView.Polled> views(Collection<String> watchKeys) {
    List<String> keys = List.copyOf(watchKeys);
    Map<String, PollerView.Polled> views =
        ask(
            engine -> {
              Map<String, PollerView.Polled> found = new HashMap<>();
              for (String key : keys) {
                int partition = RootPartition.ofKey(key, partitionCount);
                PollerView.Polled view = engine.view(key, partition, System.nanoTime());
                if (view != null) {
                  found.put(key, view);
                }
              }
              return found;
            });
    return views == null ? Map.of() : views;
  }

  private <T> T ask(Function<PollEngine, T> question) {
    if (!loop.isAlive()) {
      return null;
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    mailbox.add((self, now) -> answer.complete(question.apply(self)));
    try {
      return answer.get(ANSWER_OTHERS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (ExecutionException | TimeoutException e) {
      return null;
    }
  }

  /**
   * Stops polling, waits up to 2 s for pending answers, writes them, and leaves the group. Takes at
   * most about 10 s. May be called again.
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
    reader.stop();
    join(reading);
  }

  private void stop() {
    stopping = true;
    if (history != null) {
      history.stop();
    }
    mailbox.add((self, now) -> {});
  }

  private static void join(Thread thread) {
    try {
      thread.join(LEAVE_MILLIS);
      if (thread.isAlive()) {
        LOG.warn("{} does not end in time", thread.getName());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
