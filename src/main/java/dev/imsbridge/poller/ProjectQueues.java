package dev.imsbridge.poller;

import dev.imsbridge.ims.Backoff;
import dev.imsbridge.ims.Budget;
import dev.imsbridge.ims.BudgetSettings;
import dev.imsbridge.ims.CircuitBreaker;
import dev.imsbridge.ims.Endpoint;
import dev.imsbridge.ims.Project;
import dev.imsbridge.job.ProjectRef;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The queues of a poller: one for each configured project that has watches or is paused, and one
 * for all other projects, because watches may name any number of them. Owned by the loop's thread.
 */
final class ProjectQueues {
  private static final BudgetSettings UNCONFIGURED = new BudgetSettings(10, 10, 10);
  private static final ProjectRef OTHERS = new ProjectRef("-", "not-configured");

  private final Map<ProjectRef, Project> projects = new HashMap<>();
  private final int breakerThreshold;
  private final Backoff backoff;
  private final CircuitBreaker kafka;
  private final Map<ProjectRef, ProjectQueue> queues = new LinkedHashMap<>();
  private final Map<Endpoint, CircuitBreaker> endpoints = new HashMap<>();

  /**
   * @param kafka closes all gates while Kafka accepts no observations
   */
  ProjectQueues(
      Collection<Project> projects, int breakerThreshold, Backoff backoff, CircuitBreaker kafka) {
    projects.forEach(project -> this.projects.put(project.ref(), project));
    this.breakerThreshold = breakerThreshold;
    this.backoff = backoff;
    this.kafka = kafka;
  }

  Collection<ProjectQueue> all() {
    return queues.values();
  }

  /**
   * Returns the queue of a project, and creates it if necessary.
   *
   * @param share the share of the project's budget for a new queue
   */
  ProjectQueue of(ProjectRef named, double share, long now) {
    Project project = projects.get(named);
    ProjectRef ref = project == null ? OTHERS : named;
    ProjectQueue known = queues.get(ref);
    if (known != null) {
      return known;
    }
    Budget budget = new Budget(project == null ? UNCONFIGURED : project.budget(), now);
    budget.setShare(share, now);
    CircuitBreaker endpoint =
        project == null
            ? breaker()
            : endpoints.computeIfAbsent(project.endpoint(), name -> breaker());
    ProjectGate gate = new ProjectGate(budget, endpoint, new CircuitBreaker(1, backoff), kafka);
    ProjectQueue queue = new ProjectQueue(ref, project, gate, now);
    queues.put(ref, queue);
    return queue;
  }

  /**
   * Pauses the given projects and resumes all others.
   *
   * @param refs those that are not configured here are ignored
   * @param share the share of the project's budget for a new queue
   * @return the queues that were resumed
   */
  List<ProjectQueue> pause(Set<ProjectRef> refs, double share, long now) {
    List<ProjectQueue> resumed =
        queues.entrySet().stream()
            .filter(each -> each.getValue().paused() && !refs.contains(each.getKey()))
            .map(Map.Entry::getValue)
            .toList();
    resumed.forEach(queue -> queue.resume(now));
    refs.stream()
        .filter(projects::containsKey)
        .map(ref -> of(ref, share, now))
        .filter(queue -> !queue.paused())
        .forEach(ProjectQueue::pause);
    return resumed;
  }

  private CircuitBreaker breaker() {
    return new CircuitBreaker(breakerThreshold, backoff);
  }

  /** Sets the share of all budgets. */
  void setShare(double share, long now) {
    queues.values().forEach(queue -> queue.gate.budget().setShare(share, now));
  }
}
