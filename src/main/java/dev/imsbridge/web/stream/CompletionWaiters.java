package dev.imsbridge.web.stream;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.history.PublishedEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;

/**
 * Clients that wait for the completion of one job each. The reader of the event stream passes every
 * completion; a waiting client uses no thread and no polling. The number of clients is limited.
 * Thread-safe.
 *
 * <p>The reader may skip completions after a failure of Kafka. The caller must therefore look up
 * the job again when its wait expires.
 */
public final class CompletionWaiters {
  static final int MAX_WAITERS = 512;

  private final Map<String, Set<Waiter>> byJob = new HashMap<>();
  private int waiting;
  private boolean stopped;

  CompletionWaiters() {}

  /** A client that waits for the completion of a job. Must be closed. */
  public final class Waiter implements AutoCloseable {
    private final String jobId;
    private final Promise<EventMessage> message = Promise.promise();

    private Waiter(String jobId) {
      this.jobId = jobId;
    }

    /**
     * Returns the completion. Fails with a {@link RejectedExecutionException} if the bridge stops.
     * Completed on the thread of the reader.
     */
    public Future<EventMessage> message() {
      return message.future();
    }

    @Override
    public void close() {
      remove(this);
    }
  }

  /**
   * Waits for the next completion of the tree of a root job or sub-job. Returns empty if too many
   * clients wait.
   */
  public synchronized Optional<Waiter> add(String jobId) {
    if (waiting >= MAX_WAITERS) {
      return Optional.empty();
    }
    Waiter waiter = new Waiter(jobId);
    if (stopped) {
      waiter.message.fail(new RejectedExecutionException());
    } else {
      byJob.computeIfAbsent(jobId, none -> new HashSet<>()).add(waiter);
      waiting++;
    }
    return Optional.of(waiter);
  }

  private synchronized void remove(Waiter waiter) {
    Set<Waiter> same = byJob.get(waiter.jobId);
    if (same != null && same.remove(waiter)) {
      waiting--;
      if (same.isEmpty()) {
        byJob.remove(waiter.jobId);
      }
    }
  }

  /** Wakes the clients that wait for this completion; ignores other events. */
  void published(PublishedEvent event) {
    if (!event.completion()) {
      return;
    }
    List<Waiter> waiters = of(event);
    if (!waiters.isEmpty()) {
      EventMessage message = EventMessage.of(event);
      waiters.forEach(waiter -> waiter.message.tryComplete(message));
    }
  }

  private synchronized List<Waiter> of(PublishedEvent completion) {
    if (byJob.isEmpty()) {
      return List.of();
    }
    Set<String> jobs = new TreeSet<>(Set.of(completion.rootJobId()));
    for (JsonNode subJob : completion.data().path("sub_jobs")) {
      jobs.add(subJob.path("job_id").asText());
    }
    return jobs.stream().flatMap(id -> byJob.getOrDefault(id, Set.of()).stream()).toList();
  }

  /** Wakes all clients: no more completions will be read. */
  void stop() {
    List<Waiter> all;
    synchronized (this) {
      stopped = true;
      all = byJob.values().stream().flatMap(Set::stream).toList();
    }
    all.forEach(waiter -> waiter.message.tryFail(new RejectedExecutionException()));
  }
}
