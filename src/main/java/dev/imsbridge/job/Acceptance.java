package dev.imsbridge.job;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The request for which a job is watched.
 *
 * @param request the accepted request, in the project where the job is looked up
 * @param requestEvidence the position of the request in Kafka
 * @param requestedAt when the request was accepted
 * @param elsewhere other candidate projects, named by requests while IMS had not confirmed the job,
 *     in order of the requests
 * @param deadlineAt when the bridge gives the job up
 */
public record Acceptance(
    JobRequest request,
    Evidence requestEvidence,
    Instant requestedAt,
    Set<ProjectRef> elsewhere,
    Instant deadlineAt) {
  private static final int MAX_ELSEWHERE = 8;

  public Acceptance {
    elsewhere = Collections.unmodifiableSet(new LinkedHashSet<>(elsewhere));
  }

  /** Adds a candidate project. Adds nothing if it is a candidate already or too many are. */
  Acceptance alsoIn(ProjectRef project) {
    if (elsewhere.size() >= MAX_ELSEWHERE) {
      return this;
    }
    Set<ProjectRef> all = new LinkedHashSet<>(elsewhere);
    all.add(project);
    return new Acceptance(request, requestEvidence, requestedAt, all, deadlineAt);
  }

  /** Moves the request to the first candidate project. */
  Acceptance inNextProject() {
    Set<ProjectRef> others = new LinkedHashSet<>(elsewhere);
    ProjectRef next = others.iterator().next();
    others.remove(next);
    return new Acceptance(request.in(next), requestEvidence, requestedAt, others, deadlineAt);
  }
}
