package dev.imsbridge.poller;

import dev.imsbridge.ims.Budget;
import dev.imsbridge.ims.FaultKind;
import dev.imsbridge.ims.Outcome;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The watches of one project that wait for their next GET, the gate that permits GETs, and the
 * project's outages. While the gate is closed the watches stay queued and none is lost. Owned by
 * the loop's thread.
 */
final class ProjectQueue {
  private static final double NANOS = 1e9;

  private final ProjectRef ref;

  /** Whether {@link #nextSlot} is valid: restored watches have time slots. */
  private boolean slotsAssigned;

  /** The time of the next free slot. */
  private long nextSlot;

  /** Whether operators have paused it: its watches stay queued, and no GET starts. */
  private boolean paused;

  /** The latest of: the last GET without a fault, the creation of the queue, its resumption. */
  private long succeededAt;

  /** Null for the queue of all projects that are not configured here. */
  final Project project;

  final ProjectGate gate;
  final DueQueue waiting = new DueQueue();
  OutageDetector outages = new OutageDetector();

  ProjectQueue(ProjectRef ref, Project project, ProjectGate gate, long now) {
    this.ref = ref;
    this.project = project;
    this.gate = gate;
    succeededAt = now;
  }

  /** Frees the time slots of restored watches, because some of these were revoked. */
  void freeSlots() {
    slotsAssigned = false;
  }

  /**
   * Assigns the next time slot to one of the watches that are restored together.
   *
   * @return nanoseconds from now
   */
  long slot(long now) {
    if (!slotsAssigned || nextSlot - now < 0) {
      slotsAssigned = true;
      nextSlot = now;
    }
    long delay = nextSlot - now;
    nextSlot += (long) (NANOS / gate.budget().unthrottledCallsPerSecond());
    return delay;
  }

  boolean paused() {
    return paused;
  }

  /** Holds GETs back. An outage is no longer observed, so it counts as ended. */
  void pause() {
    paused = true;
    outages = new OutageDetector();
  }

  /**
   * Permits GETs again. The due watches get time slots, in the order in which they were due: if all
   * were due at once, watches that are opened later would wait behind them.
   */
  void resume(long now) {
    paused = false;
    succeededAt = now;
    List<DueQueue.Element> due = new ArrayList<>();
    while (waiting.size() > 0 && waiting.head().due() - now <= 0) {
      DueQueue.Element head = waiting.head();
      waiting.remove(head);
      due.add(head);
    }
    due.forEach(watch -> waiting.put(watch, now + slot(now)));
  }

  /** Records the end of a GET: see {@link ProjectGate#ended}. */
  void ended(String job, Outcome outcome, FaultKind before, long now) {
    if (!(outcome instanceof Outcome.Fault)) {
      succeededAt = now;
    }
    gate.ended(job, outcome, before, now);
    if (!paused) {
      outages.ended(outcome, gate.endpointDown(), now);
    }
  }

  /** Returns the configured name of the project; its id if it is not configured. */
  String name() {
    return project == null ? ref.projectId() : project.name();
  }

  /**
   * Returns an immutable view for other threads.
   *
   * @param at the wall-clock time of {@code now}
   */
  PollerView.Project view(Instant at, long now) {
    Budget budget = gate.budget();
    boolean late = !paused && waiting.size() > 0;
    long overdue = late ? Math.max(0, now - waiting.head().due()) : 0;
    return new PollerView.Project(
        name(),
        ref,
        waiting.size(),
        Duration.ofNanos(overdue),
        budget.inFlight(),
        budget.callsPerSecond(),
        budget.reduced(now),
        !paused && gate.credentialsRefused(),
        !paused && gate.endpointDown(),
        outages.outage(at, now),
        Duration.ofNanos(paused ? 0 : Math.max(0, now - succeededAt)),
        paused);
  }
}
