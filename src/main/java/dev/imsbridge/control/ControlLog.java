package dev.imsbridge.control;

import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.wire.ControlAction;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the control topic. The whole topic is read before {@link #start} returns, so that a
 * paused project is not polled after a restart. Log levels that are read during the start are not
 * applied; later ones are.
 *
 * <p>Unreadable records are skipped, with a warning for the first of them. A failure that a retry
 * does not fix ends the reading and is reported once. After the start, a dedicated thread owns the
 * consumer. The public methods are thread-safe.
 */
public final class ControlLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlLog.class);
  private static final Duration START_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final long CLOSE_MILLIS = 5_000;

  /** The partition of all records. {@link ControlWriter} writes to it. */
  static final int PARTITION = 0;

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final Set<ProjectRef> projects;
  private final java.util.function.Consumer<ControlAction> levels;
  private final java.util.function.Consumer<Throwable> onFailure;
  private final Thread thread = new Thread(this::follow, "imsbridge-control");
  private java.util.function.Consumer<Set<ProjectRef>> pauses = paused -> {};
  private volatile ControlState state = ControlState.NONE;
  private volatile boolean stopping;
  private boolean started;

  /** Whether an unreadable record was logged. */
  private boolean loggedUnreadable;

  private ControlLog(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Collection<ProjectRef> projects,
      java.util.function.Consumer<ControlAction> levels,
      java.util.function.Consumer<Throwable> onFailure) {
    this.consumer = consumer;
    partition = new TopicPartition(topic, PARTITION);
    this.projects = Set.copyOf(projects);
    this.levels = levels;
    this.onFailure = onFailure;
    thread.setDaemon(true);
  }

  /**
   * Reads the topic to its current end, then starts to follow it.
   *
   * @param consumer closed by this object
   * @param projects the configured projects; others cannot be paused
   * @param levels receives each action on a log level that is read after the start
   * @param onFailure called if the topic can no longer be followed
   * @throws KafkaException if Kafka does not answer for 15 s, or if the next record does not arrive
   *     for 15 s
   */
  public static ControlLog start(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Collection<ProjectRef> projects,
      java.util.function.Consumer<ControlAction> levels,
      java.util.function.Consumer<Throwable> onFailure) {
    ControlLog log = new ControlLog(consumer, topic, projects, levels, onFailure);
    try {
      log.catchUp();
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    log.thread.start();
    return log;
  }

  public ControlState state() {
    return state;
  }

  /**
   * Sets the listener that is called with the paused projects: now, and after each change. It is
   * called by one thread at a time, and must not block.
   */
  public synchronized void follow(java.util.function.Consumer<Set<ProjectRef>> listener) {
    pauses = listener;
    listener.accept(state.paused().keySet());
  }

  private void catchUp() {
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long end = consumer.endOffsets(List.of(partition), START_TIMEOUT).get(partition);
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    while (consumer.position(partition, START_TIMEOUT) < end) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      records.forEach(this::apply);
      if (!records.isEmpty()) {
        deadline = System.nanoTime() + START_TIMEOUT.toNanos();
      } else if (System.nanoTime() - deadline > 0) {
        throw new TimeoutException(
            "cannot read %s to its end: no record for %s s"
                .formatted(partition.topic(), START_TIMEOUT.toSeconds()));
      }
    }
    started = true;
    state.paused().values().forEach(ControlLog::logPolling);
  }

  private void follow() {
    try {
      while (!stopping) {
        poll();
      }
    } catch (WakeupException | InterruptException e) {
      LOG.debug("reading the control topic was interrupted", e);
    } catch (RuntimeException | Error e) {
      onFailure.accept(e);
    } finally {
      consumer.close();
    }
  }

  private void poll() {
    try {
      consumer.poll(POLL).forEach(this::apply);
    } catch (RetriableException e) {
      LOG.warn("reading the control topic failed, retrying: {}", e.toString());
    }
  }

  private void apply(ConsumerRecord<byte[], byte[]> record) {
    Optional<ControlAction> action = ControlAction.read(record.key(), record.value());
    if (action.isPresent()) {
      apply(new ControlState.Action(Instant.ofEpochMilli(record.timestamp()), action.get()));
    } else if (!loggedUnreadable) {
      loggedUnreadable = true;
      LOG.warn(
          "{}@{} is not a valid action: skipping it; further ones are not logged",
          partition,
          record.offset());
    }
  }

  private void apply(ControlState.Action next) {
    synchronized (this) {
      Set<ProjectRef> before = state.paused().keySet();
      state = state.after(next, projects);
      if (!before.equals(state.paused().keySet())) {
        pauses.accept(state.paused().keySet());
      }
    }
    if (!started) {
      return;
    }
    if (next.action().change() instanceof ControlAction.LogLevel) {
      levels.accept(next.action());
    } else if (next.action().change() instanceof ControlAction.Polling polling
        && projects.contains(polling.project())) {
      logPolling(next);
    }
  }

  private static void logPolling(ControlState.Action done) {
    if (done.action().change() instanceof ControlAction.Polling polling) {
      LOG.atInfo()
          .addKeyValue("project", polling.project().projectId())
          .log(
              "polling of project {} in region {} was {} at {} by {}",
              polling.project().projectId(),
              polling.project().region(),
              polling.paused() ? "paused" : "resumed",
              done.at(),
              done.action().author());
    }
  }

  /** Stops within about 5 s. May be called again. */
  @Override
  public void close() {
    stopping = true;
    consumer.wakeup();
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
