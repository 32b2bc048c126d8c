package dev.imsbridge.poller;

import dev.imsbridge.ims.Backoff;
import dev.imsbridge.ims.CircuitBreaker;
import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.wire.RootPartition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Makes all decisions of a poller: which watches exist, which GET starts when, and which
 * observations are written. Events come in as method calls, and decisions go out through {@link
 * PollActions}. The engine uses no Kafka, no HTTP, no threads, and only the given clock, so a test
 * can simulate days within milliseconds.
 *
 * <p>The work per call is at most logarithmic in the number of watches. Exceptions are assignment,
 * restoration and revocation of a partition, the end of a pause, {@link #types} and {@link
 * #openJobs}.
 *
 * <p>Events of a partition must arrive in this order: assigned, changes, restored, changes,
 * revoked. Owned by one thread. {@code now} is always a {@link System#nanoTime} value.
 */
final class PollEngine {
  private final EngineSettings settings;
  private final int partitionCount;
  private final PollActions actions;
  private final InstantSource clock;
  private final PollPolicy policy;
  private final OutcomeHandler outcomes;
  private final PollCounts counts = new PollCounts();

  private final Map<Integer, PartitionWatches> partitions = new TreeMap<>();
  private final ProjectQueues projects;
  private final WatchSchedule schedule;
  private final CircuitBreaker kafka;
  private int inFlight;

  /**
   * @param partitionCount the partitions of the watches topic; an instance's share of the budgets
   *     is its fraction of them
   */
  PollEngine(
      EngineSettings settings,
      Collection<Project> projects,
      int partitionCount,
      PollPolicy policy,
      PollActions actions,
      InstantSource clock,
      RandomGenerator random) {
    this.settings = settings;
    this.partitionCount = partitionCount;
    this.actions = actions;
    this.clock = clock;
    this.policy = policy;
    EngineSettings.Retries retries = settings.retries();
    Backoff backoff = new Backoff(retries.base(), retries.cap(), random);
    kafka = new CircuitBreaker(1, backoff);
    this.projects = new ProjectQueues(projects, retries.breakerThreshold(), backoff, kafka);
    outcomes = new OutcomeHandler(settings, policy, actions, clock, random, counts);
    schedule = new WatchSchedule(settings.expiryGrace(), clock);
  }

  // ---- the table of watches

  /** Records that a partition was assigned. Its watches are not polled until it is restored. */
  void assigned(int partition, long now) {
    revoked(List.of(partition), now);
    partitions.put(partition, new PartitionWatches(partition));
    projects.setShare(ownShare(), now);
  }

  /**
   * Records that the partition's table was read to its end. The watches become due at the rate of
   * the budget. If all were due at once, watches that are opened later would wait behind them.
   */
  void restored(int partition, long now) {
    PartitionWatches table = partitions.get(partition);
    if (table != null && !table.restored) {
      table.restored = true;
      for (WatchState state : table.watches.values()) {
        long delay = Math.max(outcomes.firstDelay(state), state.project.slot(now));
        schedule.start(state, now + delay, now);
      }
    }
  }

  /** Records that partitions were revoked, and drops their watches. Ignores unknown partitions. */
  void revoked(Collection<Integer> revoked, long now) {
    List<PartitionWatches> tables =
        revoked.stream().map(partitions::remove).filter(Objects::nonNull).toList();
    if (!tables.isEmpty()) {
      schedule.revoke(tables, projects.all());
      projects.setShare(ownShare(), now);
    }
  }

  /** Records that a watch was opened, or that its value was written again. */
  void opened(int partition, Watch watch, long now) {
    PartitionWatches table = partitions.get(partition);
    if (table == null) {
      return;
    }
    String key = watch.key();
    WatchState known = table.watches.get(key);
    if (known != null && continues(known.watch, watch)) {
      boolean moved = !known.watch.deadlineAt().equals(watch.deadlineAt());
      known.watch = watch;
      if (moved && known.deadline.waiting() && known.phase != WatchState.Phase.PARKED) {
        schedule.refreshDeadline(known, now);
      }
      return;
    }
    if (known != null) {
      schedule.close(known);
    }
    WatchState state = new WatchState(watch, table, projects.of(watch.project(), ownShare(), now));
    table.watches.put(key, state);
    if (table.restored) {
      schedule.start(state, now + outcomes.firstDelay(state), now);
    }
  }

  /** Records that a watch was closed. */
  void closed(int partition, String key) {
    PartitionWatches table = partitions.get(partition);
    WatchState state = table == null ? null : table.watches.remove(key);
    if (state != null) {
      schedule.close(state);
    }
  }

  private static boolean continues(Watch known, Watch again) {
    return known.generation() == again.generation()
        && known.jobId().equals(again.jobId())
        && known.project().equals(again.project());
  }

  private double ownShare() {
    return Math.min(1, partitions.size() / (double) partitionCount);
  }

  // ---- pauses

  /**
   * Pauses the given projects and resumes all others. The watches of a paused project stay open, no
   * GET starts, and none of them expires: the whole grace begins when the project is resumed.
   */
  void paused(Set<ProjectRef> refs, long now) {
    List<ProjectQueue> resumed = projects.pause(refs, ownShare(), now);
    for (PartitionWatches table :
        resumed.isEmpty() ? List.<PartitionWatches>of() : partitions.values()) {
      for (WatchState state : table.watches.values()) {
        if (resumed.contains(state.project)) {
          schedule.restartGrace(state, now);
        }
      }
    }
  }

  // ---- GETs

  /**
   * Starts all GETs that are due and permitted.
   *
   * @return the nanoseconds until something may be due again
   */
  long run(long now) {
    for (WatchState state = schedule.due(now); state != null; state = schedule.due(now)) {
      deadlineDue(state, now);
    }
    long wait = schedule.nanosUntilNext(now);
    for (ProjectQueue queue : projects.all()) {
      wait = Math.min(wait, startDue(queue, now));
    }
    return wait;
  }

  private long startDue(ProjectQueue queue, long now) {
    while (!queue.paused() && queue.waiting.head() instanceof WatchState state) {
      long wait = state.due() - now;
      if (wait <= 0) {
        wait = queue.gate.tryPass(now);
      }
      if (wait > 0) {
        return wait;
      }
      get(state, queue, now);
    }
    return Long.MAX_VALUE;
  }

  private void get(WatchState state, ProjectQueue queue, long now) {
    queue.waiting.remove(state);
    if (kafka.state() != CircuitBreaker.State.CLOSED) {
      // Force a write. A probe whose answer is already written would show nothing about Kafka.
      state.forgetWritten();
    }
    state.phase = WatchState.Phase.IN_FLIGHT;
    state.attempts++;
    inFlight++;
    if (queue.project == null) {
      answered(state, unconfigured(state.watch.project()), now);
    } else {
      actions.get(queue.project, state);
    }
  }

  private static Outcome unconfigured(ProjectRef ref) {
    String detail =
        "project %s of region %s is not configured in this poller"
            .formatted(ref.projectId(), ref.region());
    return Outcome.Fault.unanswered(FaultKind.REJECTED, detail, Duration.ZERO);
  }

  /** Records the end of a GET. */
  void answered(WatchState state, Outcome outcome, long now) {
    inFlight--;
    counts.polled(outcome);
    ProjectQueue queue = state.project;
    Instant at = clock.instant();
    PollerView.Outage before = queue.outages.outage(at, now);
    queue.ended(state.watch.jobId(), outcome, state.latestFault(), now);
    handle(state, outcome, now);
    // Do this after the watch is queued again, because it is one of the counted watches.
    if ((before == null) != (queue.outages.outage(at, now) == null)) {
      actions.outage(queue.view(at, now), before);
    }
  }

  private void handle(WatchState state, Outcome outcome, long now) {
    if (!state.live() || state.phase != WatchState.Phase.IN_FLIGHT) {
      boolean handedOver = state.partition.revoked && state.phase == WatchState.Phase.IN_FLIGHT;
      if (!handedOver || !outcomes.handOver(state, outcome)) {
        counts.displaced++;
      }
      return;
    }
    long delay = outcomes.handle(state, outcome, now);
    if (delay == OutcomeHandler.NEVER) {
      schedule.park(state, now);
      return;
    }
    schedule.plan(state, now + delay);
    if (state.graceOver && outcome instanceof Outcome.Fault) {
      expire(state, now);
    }
  }

  // ---- deadlines

  private void deadlineDue(WatchState state, long now) {
    if (state.phase == WatchState.Phase.PARKED) {
      state.forgetWritten();
      schedule.start(state, now, now);
    } else if (state.overdue && state.project.paused()) {
      schedule.restartGrace(state, now);
    } else if (state.overdue) {
      endGrace(state, now);
    } else {
      schedule.refreshDeadline(state, now);
    }
  }

  // From here on the next GET that fails ends the watch. A closed gate may never permit that GET.
  // In
  // that case the watch ends if the other GETs of the project failed during the grace period.
  private void endGrace(WatchState state, long now) {
    state.graceOver = true;
    if (state.phase != WatchState.Phase.IN_FLIGHT
        && state.project.outages.allFailing(settings.expiryGrace(), now)
        && kafka.tryPass(now)) {
      expire(state, now);
    } else {
      schedule.endGrace(state, now);
    }
  }

  private void expire(WatchState state, long now) {
    outcomes.expire(state);
    schedule.park(state, now);
  }

  // ---- Kafka

  /**
   * Records that an observation could not be written. The job is requested again, and the new
   * outcome is written. The wait grows with each failure because Kafka may never accept the record.
   */
  void writeFailed(WatchState state, long now) {
    counts.writeFailures++;
    kafka.failed(now);
    if (!state.live()) {
      return;
    }
    long due = now + outcomes.delayAfterFailedWrite(state);
    if (state.phase == WatchState.Phase.PARKED) {
      schedule.start(state, due, now);
    } else if (state.phase == WatchState.Phase.WAITING && state.due() - due < 0) {
      schedule.plan(state, due);
    }
  }

  /** Records that an observation was written. */
  void writeSucceeded(WatchState state) {
    state.failedWrites = 0;
    kafka.succeeded();
  }

  // ---- views for other threads

  /** Returns the number of GETs in progress, including those of watches that no longer exist. */
  int inFlight() {
    return inFlight;
  }

  PollerView view(long now) {
    Instant at = clock.instant();
    return new PollerView(
        partitions.values().stream().allMatch(table -> table.restored),
        partitions.values().stream().mapToInt(table -> table.watches.size()).sum(),
        schedule.parked(),
        inFlight,
        counts.view(),
        projects.all().stream().map(queue -> queue.view(at, now)).toList());
  }

  /** Returns the watches by type of job. Visits every watch: do not call it often. */
  List<PollerView.Type> types(long now) {
    TypeCounts types = new TypeCounts(clock.instant(), now);
    partitions.values().forEach(table -> table.watches.values().forEach(types::add));
    return types.types();
  }

  /**
   * Returns the open requested jobs by type and project. Visits every watch: do not call it often.
   */
  List<PollerView.OpenJobs> openJobs() {
    OpenJobCounts jobs = new OpenJobCounts(clock.millis(), policy);
    partitions.values().forEach(table -> table.watches.values().forEach(jobs::add));
    return jobs.counts();
  }

  /** Returns the state of one watch; null if there is no watch with that key. */
  PollerView.Polled view(String watchKey, long now) {
    PartitionWatches table =
        partitions.get(RootPartition.of(RootPartition.rootOf(watchKey), partitionCount));
    WatchState state = table == null ? null : table.watches.get(watchKey);
    return state == null ? null : outcomes.view(state, now);
  }
}
