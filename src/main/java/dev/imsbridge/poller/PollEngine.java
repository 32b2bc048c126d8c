package dev.imsbridge.poller;

import dev.imsbridge.ims.Backoff;
import dev.imsbridge.ims.CircuitBreaker;
import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import dev.imsbridge.poller.schedule.PollPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Makes all decisions of a poller: which watches exist, which GET starts when, and which
 * observations are written. Events come in as method calls, and side effects go out through {@link
 * Effects}. The engine uses no Kafka, no HTTP, no threads, and only the given clock, so a test can
 * simulate days within milliseconds.
 *
 * <p>The work per call is at most logarithmic in the number of watches. Exceptions are assignment,
 * restoration and revocation of a partition, and {@link #types}.
 *
 * <p>Events of a partition must arrive in this order: assigned, changes, restored, changes,
 * revoked. Owned by one thread. {@code now} is always {@link System#nanoTime}.
 */
public final class PollEngine {
  private static final Duration FAR = Duration.ofDays(3650);
  private static final Duration RECHECK = Duration.ofMinutes(1);

  /**
   * The topology closes a watch within seconds of its end. After this time it has probably not seen
   * the end.
   */
  private static final Duration WITHOUT_TOMBSTONE = Duration.ofMinutes(15);

  private final EngineSettings settings;
  private final int partitionCount;
  private final Effects effects;
  private final InstantSource clock;
  private final Judge judge;
  private final PollCounts tally = new PollCounts();

  private final Map<Integer, PartitionWatches> partitions = new TreeMap<>();
  private final Lanes lanes;
  private final DueQueue deadlines = new DueQueue();
  private final CircuitBreaker kafka;
  private int asked;
  private int parked;

  /**
   * @param partitionCount the partitions of the watches topic; an instance's share of the budgets
   *     is its fraction of them
   */
  public PollEngine(
      EngineSettings settings,
      Collection<Project> projects,
      int partitionCount,
      PollPolicy policy,
      Effects effects,
      InstantSource clock,
      RandomGenerator random) {
    this.settings = settings;
    this.partitionCount = partitionCount;
    this.effects = effects;
    this.clock = clock;
    Backoff backoff = new Backoff(settings.retryBase(), settings.retryCap(), random);
    lanes = new Lanes(projects, settings.breakerThreshold(), backoff);
    judge = new Judge(settings, policy, effects, clock, random, tally);
    kafka = new CircuitBreaker(1, backoff);
  }

  // ---- the table of watches

  public void assigned(int partition, long now) {
    revoked(List.of(partition), now);
    partitions.put(partition, new PartitionWatches(partition));
    share(now);
  }

  /**
   * Records that the partition's table was read to its end. The watches become due at the rate of
   * the budget. If all were due at once, watches that are opened later would wait behind them.
   */
  public void restored(int partition, long now) {
    PartitionWatches watches = partitions.get(partition);
    if (watches != null && !watches.restored()) {
      watches.nowRestored();
      watches
          .watches()
          .values()
          .forEach(
              state -> admit(state, now, Math.max(judge.firstDelay(state), state.lane.turn(now))));
    }
  }

  void revoked(Collection<Integer> revoked, long now) {
    boolean any = false;
    for (int partition : revoked) {
      PartitionWatches watches = partitions.remove(partition);
      if (watches != null) {
        watches.nowGone();
        watches.watches().values().forEach(this::forget);
        any = true;
      }
    }
    if (any) {
      lanes.all().forEach(Lane::dropGone);
      deadlines.removeIf(e -> !((WatchState.Deadline) e).watch.live());
      share(now);
    }
  }

  /** Records that a watch was opened, or that its value was written again. */
  public void opened(int partition, Watch watch, long now) {
    PartitionWatches watches = partitions.get(partition);
    if (watches == null) {
      return;
    }
    String key = watch.key();
    WatchState known = watches.watches().get(key);
    if (known != null && continues(known.watch, watch)) {
      boolean moved = !known.watch.deadlineAt().equals(watch.deadlineAt());
      known.watch = watch;
      if (moved && known.awaitsDeadline()) {
        meetDeadline(known, now);
      }
      return;
    }
    if (known != null) {
      close(known);
    }
    WatchState state = new WatchState(watch, watches, lanes.of(watch.project(), ownShare(), now));
    watches.watches().put(key, state);
    if (watches.restored()) {
      admit(state, now, judge.firstDelay(state));
    }
  }

  /** Records that a watch was closed. */
  public void closed(int partition, String key) {
    PartitionWatches watches = partitions.get(partition);
    WatchState state = watches == null ? null : watches.watches().remove(key);
    if (state != null) {
      close(state);
    }
  }

  private static boolean continues(Watch known, Watch again) {
    return known.generation() == again.generation()
        && known.jobId().equals(again.jobId())
        && known.project().equals(again.project());
  }

  private void admit(WatchState state, long now, long delay) {
    state.phase = WatchState.Phase.WAITING;
    state.lane.queue().put(state, now + delay);
    await(state, now);
  }

  private void close(WatchState state) {
    forget(state);
    state.phase = WatchState.Phase.CLOSED;
    state.lane.queue().remove(state);
    deadlines.remove(state.deadline);
  }

  private void forget(WatchState state) {
    if (state.phase == WatchState.Phase.PARKED) {
      parked--;
    }
  }

  private void share(long now) {
    lanes.share(ownShare(), now);
  }

  private double ownShare() {
    return Math.min(1, partitions.size() / (double) partitionCount);
  }

  // ---- due watches

  /**
   * Starts all GETs that are due and permitted.
   *
   * @return the nanoseconds until something may be due again
   */
  public long run(long now) {
    long wait = meetDeadlines(now);
    for (Lane lane : lanes.all()) {
      wait = Math.min(wait, startDue(lane, now));
    }
    return wait;
  }

  private long startDue(Lane lane, long now) {
    while (lane.queue().head() instanceof WatchState state) {
      long wait = state.due() - now;
      if (wait <= 0) {
        wait = Math.max(lane.nanosUntilOpen(now), kafka.nanosUntilNext(now));
      }
      if (wait > 0) {
        return wait;
      }
      ask(state, lane, now);
    }
    return Long.MAX_VALUE;
  }

  private void ask(WatchState state, Lane lane, long now) {
    lane.queue().remove(state);
    lane.enter(now);
    kafka.tryPass(now);
    if (kafka.state() != CircuitBreaker.State.CLOSED) {
      // Force a write. A probe whose answer is already written would show nothing about Kafka.
      state.forgetWritten();
    }
    state.phase = WatchState.Phase.ASKED;
    state.attempts++;
    asked++;
    if (lane.project() == null) {
      answered(state, unconfigured(state.watch.project()), now);
    } else {
      effects.get(lane.project(), state);
    }
  }

  private static Outcome unconfigured(ProjectRef ref) {
    String detail =
        "project %s of region %s is not configured in this poller"
            .formatted(ref.projectId(), ref.region());
    return new Outcome.Fault(FaultKind.REJECTED, 0, null, Duration.ZERO, detail, null, null, null);
  }

  /** Records the end of a GET. */
  public void answered(WatchState state, Outcome outcome, long now) {
    asked--;
    tally.polled(outcome);
    Lane lane = state.lane;
    lane.left(state.watch.jobId(), outcome, state.latestFault(), now);
    LaneHealth.Change change =
        lane.health().left(outcome, lane.endpointDown(), clock.instant(), now);
    judge(state, outcome, now);
    // Do this after the watch is queued again, because it is one of the counted watches.
    if (change == LaneHealth.Change.DEGRADED) {
      effects.degraded(lane.view(clock.instant(), now));
    } else if (change == LaneHealth.Change.RECOVERED) {
      effects.recovered(lane.view(clock.instant(), now), lane.health().ended());
    }
  }

  private void judge(WatchState state, Outcome outcome, long now) {
    if (!state.live() || state.phase != WatchState.Phase.ASKED) {
      tally.displaced++;
      return;
    }
    long delay = judge.judge(state, outcome, now);
    if (delay == Judge.NEVER) {
      park(state, now);
      return;
    }
    state.phase = WatchState.Phase.WAITING;
    state.lane.queue().put(state, now + delay);
    if (state.graceOver && outcome instanceof Outcome.Fault) {
      expire(state, now);
    }
  }

  private void resume(WatchState state, long now, long due) {
    parked--;
    state.phase = WatchState.Phase.WAITING;
    state.lane.queue().put(state, due);
    await(state, now);
  }

  private void park(WatchState state, long now) {
    state.phase = WatchState.Phase.PARKED;
    parked++;
    state.lane.queue().remove(state);
    deadlines.put(state.deadline, now + WITHOUT_TOMBSTONE.toNanos());
  }

  // ---- deadlines

  // Past its deadline a watch expires by the outcome of a GET. If GETs fail, the grace period
  // counts from here and not from the deadline, because possibly no poller has run since the
  // deadline.
  private void await(WatchState state, long now) {
    Duration left = Duration.between(clock.instant(), state.watch.deadlineAt());
    state.overdue = left.isNegative() || left.isZero();
    state.graceOver &= state.overdue;
    Duration wait = left.compareTo(FAR) > 0 ? FAR : left;
    if (state.overdue) {
      wait = state.graceOver ? RECHECK : settings.expiryGrace();
    }
    deadlines.put(state.deadline, now + wait.toNanos());
  }

  private void meetDeadline(WatchState state, long now) {
    await(state, now);
    if (state.overdue) {
      hurry(state, now);
    }
  }

  private long meetDeadlines(long now) {
    while (deadlines.head() instanceof WatchState.Deadline head) {
      long wait = head.due() - now;
      if (wait > 0) {
        return wait;
      }
      WatchState state = head.watch;
      if (state.phase == WatchState.Phase.PARKED) {
        state.forgetWritten();
        resume(state, now, now);
      } else if (state.overdue) {
        endGrace(state, now);
      } else {
        meetDeadline(state, now);
      }
    }
    return Long.MAX_VALUE;
  }

  // From here on the next GET that fails ends the watch. A closed lane may never start that GET. In
  // that case the failures of the lane's other GETs count.
  private void endGrace(WatchState state, long now) {
    state.graceOver = true;
    boolean asked = state.phase == WatchState.Phase.ASKED;
    if (!asked && state.lane.failing(settings.expiryGrace(), now) && kafka.tryPass(now)) {
      expire(state, now);
    } else {
      deadlines.put(state.deadline, now + RECHECK.toNanos());
      hurry(state, now);
    }
  }

  /** Makes a watch due now, earlier than the policy planned. */
  private static void hurry(WatchState state, long now) {
    if (state.phase == WatchState.Phase.WAITING && state.due() - now > 0) {
      state.lane.queue().put(state, now);
    }
  }

  private void expire(WatchState state, long now) {
    judge.expire(state);
    park(state, now);
  }

  // ---- Kafka

  /**
   * Records that an observation could not be written. The job is requested again, and the new
   * outcome is written. The wait grows with each failure because Kafka may never accept the record.
   */
  void writeFailed(WatchState state, long now) {
    tally.writeFailures++;
    kafka.failed(now);
    if (!state.live()) {
      return;
    }
    long due = now + judge.afterFailedWrite(state);
    if (state.phase == WatchState.Phase.PARKED) {
      resume(state, now, due);
    } else if (state.phase == WatchState.Phase.WAITING && state.due() - due < 0) {
      state.lane.queue().put(state, due);
    }
  }

  /** Records that an observation was written. */
  void writeSucceeded(WatchState state) {
    state.failedWrites = 0;
    kafka.succeeded();
  }

  // ---- views for other threads

  /** GETs in progress, including those for watches that no longer exist. */
  public int asked() {
    return asked;
  }

  public PollerView view(long now) {
    List<PollerView.Partition> tables =
        partitions.values().stream()
            .map(p -> new PollerView.Partition(p.partition(), p.restored(), p.watches().size()))
            .toList();
    int open = tables.stream().mapToInt(PollerView.Partition::watches).sum();
    return new PollerView(
        tables,
        open,
        parked,
        asked,
        tally.polls(),
        tally.writes(),
        tally.coalesced,
        tally.displaced,
        tally.writeFailures,
        lanes.all().stream().map(lane -> lane.view(clock.instant(), now)).toList());
  }

  /** The watches by type of job. The only call that visits every watch: do not call it often. */
  List<PollerView.Type> types(long now) {
    TypeTally types = new TypeTally(clock.instant(), now);
    partitions.values().forEach(each -> each.watches().values().forEach(types::add));
    return types.types();
  }

  /** Returns the state of one watch; null if there is no watch with that key. */
  public PollerView.Polled view(String watchKey, int partition, long now) {
    PartitionWatches watches = partitions.get(partition);
    WatchState state = watches == null ? null : watches.watches().get(watchKey);
    Instant at = clock.instant();
    return state == null ? null : state.view(at, now, judge.note(state, at, now));
  }
}
