package dev.imsbridge.poller;

import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.job.Watch;
import java.util.HashMap;
import java.util.Map;

/**
 * Deduplicates equal parts of watches to save memory: hundreds of thousands of watches share a few
 * projects and types, and most are for root jobs. Owned by one thread.
 */
final class WatchInterner {
  private static final int MAX_PROJECTS = 1_000;

  private final Map<ProjectRef, ProjectRef> projects = new HashMap<>();

  Watch of(Watch watch) {
    ProjectRef project = shared(watch.project());
    boolean root = watch.rootJobId().equals(watch.jobId());
    return new Watch(
        root ? watch.rootJobId() : watch.jobId(),
        watch.rootJobId(),
        project,
        watch.jobType() == null ? null : watch.jobType().intern(),
        watch.generation(),
        watch.openedAt(),
        watch.deadlineAt());
  }

  private ProjectRef shared(ProjectRef project) {
    return projects.size() < MAX_PROJECTS
        ? projects.computeIfAbsent(project, ref -> ref)
        : projects.getOrDefault(project, project);
  }
}
