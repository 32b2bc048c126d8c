package dev.imsbridge.poller;

import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Project;
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
 * A running poller: reads watches, asks IMS for their jobs, writes observations.
 *
 * <p>It keeps nothing: whichever poller is given a partition next reads its table of watches and
 * goes on. So it may be killed at any time, and a job may be asked for twice. Two threads: one
 * reads the watches, the other owns all that is decided and sleeps until something is due. Its
 * methods are for any thread.
 *
 * <p>A failure for which there is no cure is told once to {@code onFailure}; polling ends with it,
 * and closing is up to whoever was told.
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
  private final Outbox outbox;
  private final WatchReader reader;
  private final Consumer<Throwable> onFailure;
  private final int partitionCount;
  private final Thread loop;
  private final Thread reading;
  private final HistoryReader history;
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
          new Outbox(
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

  private HistoryReader history(PollerSettings settings, PollPolicy policy) {
    String topic = settings.topics().observations();
    List<TopicPartition> all =
        IntStream.range(0, partitionCount).mapToObj(i -> new TopicPartition(topic, i)).toList();
    return new HistoryReader(KafkaClients.lookBack(settings), all, mailbox, policy);
  }

  /**
   * Starts a poller.
   *
   * @param client stays the caller's, to be closed after the poller
   * @param policy from here on the poller's own
   * @param onFailure told, on a thread of the poller's, when there is no use in going on; must
   *     return soon
   * @throws org.apache.kafka.common.KafkaException when Kafka is out of reach
   * @throws IllegalStateException when the topics are missing or do not fit together
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
          "%s has %s partitions and %s has %s: they have to have as many"
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

  /** Carries out what the engine decides, on the loop's thread. */
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

  /** What it is doing; when it cannot say so within a second, what it did when last asked. */
  public PollerView view() {
    PollerView view = ask(engine -> engine.view(System.nanoTime()));
    if (view != null) {
      lastView = view;
    }
    return lastView;
  }

  /**
   * Its watches by type of job, those of which there are most first; as they were at most two
   * seconds ago, since each of them has to be looked at.
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

  /** How a watch of this poller's stands; empty when the watch is another's or there is none. */
  public Optional<PollerView.Polled> view(String watchKey) {
    int partition = RootPartition.of(RootPartition.rootOf(watchKey), partitionCount);
    return Optional.ofNullable(ask(engine -> engine.view(watchKey, partition, System.nanoTime())));
  }

  /** How several watches stand, by their keys; without those that are another's or not there. */
  public Map<String, PollerView.Polled> views(Collection<String> watchKeys) {
    List<String> keys = List.copyOf(watchKeys);
    Map<String, PollerView.Polled> views =
        ask(
            engine -> {
              Map<String, PollerView.Polled> found = new HashMap<>();
              for (String key : keys) {
                int partition = RootPartition.of(RootPartition.rootOf(key), partitionCount);
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
   * Stops asking, waits a moment for answers under way, writes them, and leaves the group: a few
   * seconds at most. May be called again.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    stop();
    join(loop);
    // Last, so that what was under way is written before another poller asks for the same.
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
