package dev.imsbridge.poller;

import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The engine and the loop of a poller without Kafka, for benchmarks: the caller supplies the
 * watches and receives the observations. A new watch replaces each one that ends. Owned by one
 * thread, which acts as the loop's thread during {@link #run}.
 */
public final class LocalPoller {
  private static final int PARTITION = 0;
  private static final long MAX_WAIT = Duration.ofMillis(100).toNanos();

  /** The request of a job, such as {@link dev.imsbridge.ims.ImsClient#get}. */
  @FunctionalInterface
  public interface Fetch {
    void get(Project project, String jobId, Consumer<Outcome> resultHandler);
  }

  private final LoopTasks tasks = new LoopTasks();
  private final WatchInterner interner = new WatchInterner();
  private final Fetch fetch;
  private final Supplier<Watch> watches;
  private final Consumer<Outcome> outcomes;
  private final Consumer<Observation> observations;
  private final PollEngine engine;

  /**
   * @param watches supplies watches of the project
   * @param outcomes receives the outcome of each GET
   * @param observations receives each observation
   */
  public LocalPoller(
      Project project,
      PollPolicy policy,
      Fetch fetch,
      Supplier<Watch> watches,
      Consumer<Outcome> outcomes,
      Consumer<Observation> observations,
      InstantSource clock) {
    this.fetch = fetch;
    this.watches = watches;
    this.outcomes = outcomes;
    this.observations = observations;
    engine =
        new PollEngine(
            EngineSettings.DEFAULTS,
            List.of(project),
            1,
            policy,
            new Actions(),
            clock,
            new SplittableRandom());
    engine.assigned(PARTITION, System.nanoTime());
  }

  /** Opens watches. Call once, before {@link #run}. */
  public void open(int count) {
    long now = System.nanoTime();
    for (int i = 0; i < count; i++) {
      open(now);
    }
    engine.restored(PARTITION, now);
  }

  private void open(long now) {
    engine.opened(PARTITION, interner.of(watches.get()), now);
  }

  /** Requests jobs until {@code done}, then waits for the last outcomes. */
  public void run(BooleanSupplier done) throws InterruptedException {
    while (!done.getAsBoolean()) {
      tasks.run(engine, Math.min(engine.run(System.nanoTime()), MAX_WAIT));
    }
    while (engine.inFlight() > 0) {
      tasks.run(engine, MAX_WAIT);
    }
  }

  public int openWatches() {
    return engine.view(System.nanoTime()).openWatches();
  }

  private void answered(WatchState watch, Outcome outcome, long now) {
    outcomes.accept(outcome);
    engine.answered(watch, outcome, now);
    if (watch.phase == WatchState.Phase.PARKED) {
      engine.closed(PARTITION, watch.watch.key());
      open(now);
    }
  }

  private final class Actions implements PollActions {
    @Override
    public void get(Project project, WatchState watch) {
      fetch.get(
          project,
          watch.watch.jobId(),
          outcome -> tasks.add((self, now) -> answered(watch, outcome, now)));
    }

    @Override
    public void write(WatchState watch, Observation observation) {
      observations.accept(observation);
    }

    @Override
    public void outage(PollerView.Project project, PollerView.Outage ended) {}
  }
}
