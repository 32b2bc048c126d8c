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
import java.util.Map;

/**
 * The lanes of a poller: one for each configured project that has watches, and one for all other
 * projects, because watches may name any number of them. Owned by the loop's thread.
 */
final class Lanes {
  private static final BudgetSettings UNCONFIGURED = new BudgetSettings(10, 10, 10);
  private static final ProjectRef OTHERS = new ProjectRef("-", "not-configured");

  private final Map<ProjectRef, Project> projects = new HashMap<>();
  private final int breakerThreshold;
  private final Backoff backoff;
  private final Map<ProjectRef, Lane> lanes = new LinkedHashMap<>();
  private final Map<Endpoint, CircuitBreaker> endpoints = new HashMap<>();

  Lanes(Collection<Project> projects, int breakerThreshold, Backoff backoff) {
    projects.forEach(project -> this.projects.put(project.ref(), project));
    this.breakerThreshold = breakerThreshold;
    this.backoff = backoff;
  }

  Collection<Lane> all() {
    return lanes.values();
  }

  /**
   * Returns the lane of a project, and creates it if necessary.
   *
   * @param share the share of the project's budget for a new lane
   */
  Lane of(ProjectRef named, double share, long now) {
    Project project = projects.get(named);
    ProjectRef ref = project == null ? OTHERS : named;
    Lane known = lanes.get(ref);
    if (known != null) {
      return known;
    }
    Budget budget = new Budget(project == null ? UNCONFIGURED : project.budget(), now);
    CircuitBreaker endpoint =
        project == null
            ? breaker()
            : endpoints.computeIfAbsent(project.endpoint(), name -> breaker());
    Lane lane = new Lane(ref, project, budget, endpoint, new CircuitBreaker(1, backoff));
    budget.share(share, now);
    lanes.put(ref, lane);
    return lane;
  }

  private CircuitBreaker breaker() {
    return new CircuitBreaker(breakerThreshold, backoff);
  }

  /** Sets the share of all budgets. */
  void share(double share, long now) {
    lanes.values().forEach(lane -> lane.budget().share(share, now));
  }
}
