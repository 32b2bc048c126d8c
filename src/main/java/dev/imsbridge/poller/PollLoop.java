package dev.imsbridge.poller;

import dev.imsbridge.ims.ImsClient;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that makes all decisions: runs the engine, sends its GETs and writes its observations.
 * Sleeps until something is due or another thread adds a task. {@link #end}, {@link #pause}, {@link
 * #query} and {@link #view} are safe for any thread.
 */
final class PollLoop extends Thread implements PollActions {
  private static final Logger LOG = LoggerFactory.getLogger(PollLoop.class);
  private static final Duration QUERY_TIMEOUT = Duration.ofSeconds(1);
  private static final long DRAIN_NANOS = Duration.ofSeconds(2).toNanos();

  private final PollEngine engine;
  private final ImsClient client;
  private final ObservationWriter writer;
  private final LoopTasks tasks;
  private final InstantSource clock;
  private final Consumer<Throwable> onFailure;
  private volatile boolean stopping;
  private volatile PollerView lastView = PollerView.NOTHING;

  /**
   * @param writer closed at the end of the loop
   * @param onFailure called if the loop throws an exception
   */
  PollLoop(
      EngineSettings settings,
      Collection<Project> projects,
      int partitionCount,
      ImsClient client,
      PollPolicy policy,
      ObservationWriter writer,
      LoopTasks tasks,
      InstantSource clock,
      Consumer<Throwable> onFailure) {
    super("imsbridge-poller");
    this.client = client;
    this.writer = writer;
    this.tasks = tasks;
    this.clock = clock;
    this.onFailure = onFailure;
    engine =
        new PollEngine(
            settings, projects, partitionCount, policy, this, clock, new SplittableRandom());
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        tasks.run(engine, engine.run(System.nanoTime()));
      }
      long until = System.nanoTime() + DRAIN_NANOS;
      while (engine.inFlight() > 0 && System.nanoTime() - until < 0) {
        tasks.run(engine, until - System.nanoTime());
      }
    } catch (InterruptedException e) {
      interrupt();
    } catch (RuntimeException | Error e) {
      onFailure.accept(e);
    } finally {
      lastView = engine.view(System.nanoTime());
      writer.close();
    }
  }

  /** Makes the loop wait up to 2 s for pending outcomes, write them, and end. */
  void end() {
    stopping = true;
    tasks.add((self, now) -> {});
  }

  /** Pauses these projects and resumes all others. May be called before the loop runs. */
  void pause(Set<ProjectRef> paused) {
    tasks.add((self, now) -> self.paused(paused, now));
  }

  /**
   * Runs a query on the loop's thread. Returns empty if the loop does not run or does not answer
   * within 1 s.
   */
  <T> Optional<T> query(Function<PollEngine, T> query) {
    if (!isAlive()) {
      return Optional.empty();
    }
    CompletableFuture<T> answer = new CompletableFuture<>();
    tasks.add((self, now) -> answer.complete(query.apply(self)));
    try {
      return Optional.of(answer.get(QUERY_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException | TimeoutException e) {
      return Optional.empty();
    }
  }

  /** Returns the current state, or the last known one if the loop does not answer. */
  PollerView view() {
    query(self -> self.view(System.nanoTime())).ifPresent(view -> lastView = view);
    return lastView;
  }

  // ---- the actions of the engine

  @Override
  public void get(Project project, WatchState watch) {
    client.get(
        project,
        watch.watch.jobId(),
        outcome -> tasks.add((self, now) -> self.answered(watch, outcome, now)));
  }

  @Override
  public void write(WatchState watch, Observation observation) {
    writer.write(watch, observation);
  }

  @Override
  public void outage(PollerView.Project project, PollerView.Outage ended) {
    if (ended == null) {
      LOG.atWarn().addKeyValue("project", project.name()).log(OutageLines.began(project));
    } else {
      LOG.atInfo()
          .addKeyValue("project", project.name())
          .log(OutageLines.ended(project, ended, clock.instant()));
    }
  }
}
