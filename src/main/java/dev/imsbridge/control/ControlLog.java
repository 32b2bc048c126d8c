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
 * paused project is not polled after a restart. Log levels of that time are not applied; those of
 * later records are.
 *
 * <p>Unreadable records are skipped, with a warning for the first of them. A failure that a retry
 * does not fix is reported once. The own thread owns the consumer after the start; the public
 * methods are thread-safe.
 */
public final class ControlLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlLog.class);
  private static final Duration LOOK_UP = Duration.ofSeconds(15);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final long CLOSE_MILLIS = 5_000;

  /** All records are in this partition: the writers name it. */
  static final int PARTITION = 0;

  private final Consumer<byte[], byte[]> consumer;
  private final TopicPartition partition;
  private final Set<ProjectRef> projects;
  private final java.util.function.Consumer<ControlAction> levels;
  private final java.util.function.Consumer<Throwable> onHopeless;
  private final Thread thread = new Thread(this::follow, "imsbridge-control");
  private java.util.function.Consumer<Set<ProjectRef>> pauses = paused -> {};
  private volatile ControlState state = ControlState.NONE;
  private volatile boolean stopping;
  private boolean started;
  private boolean unreadable;

  private ControlLog(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Collection<ProjectRef> projects,
      java.util.function.Consumer<ControlAction> levels,
      java.util.function.Consumer<Throwable> onHopeless) {
    this.consumer = consumer;
    partition = new TopicPartition(topic, PARTITION);
    this.projects = Set.copyOf(projects);
    this.levels = levels;
    this.onHopeless = onHopeless;
    thread.setDaemon(true);
  }

  /**
   * Reads the topic to its end, and follows it from then on.
   *
   * @param consumer closed by this object
   * @param projects the configured projects; others cannot be paused
   * @param levels receives the actions on log levels from now on
   * @param onHopeless called if the topic cannot be followed any more
   * @throws KafkaException if the topic cannot be read within 15 s
   */
  public static ControlLog start(
      Consumer<byte[], byte[]> consumer,
      String topic,
      Collection<ProjectRef> projects,
      java.util.function.Consumer<ControlAction> levels,
      java.util.function.Consumer<Throwable> onHopeless) {
    ControlLog log = new ControlLog(consumer, topic, projects, levels, onHopeless);
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
   * Calls a listener with the paused projects: now, and after each change. It is called by one
   * thread at a time, and must not block.
   */
  public synchronized void follow(java.util.function.Consumer<Set<ProjectRef>> listener) {
    pauses = listener;
    listener.accept(state.paused().keySet());
  }

  private void catchUp() {
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    long end = consumer.endOffsets(List.of(partition), LOOK_UP).get(partition);
    long until = System.nanoTime() + LOOK_UP.toNanos();
    while (consumer.position(partition, LOOK_UP) < end) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      records.forEach(this::take);
      if (!records.isEmpty()) {
        until = System.nanoTime() + LOOK_UP.toNanos();
      } else if (System.nanoTime() - until > 0) {
        throw new TimeoutException(
            "%s could not be read up to its end within %s s"
                .formatted(partition.topic(), LOOK_UP.toSeconds()));
      }
    }
    started = true;
    state.paused().values().forEach(ControlLog::tell);
  }

  private void follow() {
    try {
      while (!stopping) {
        poll();
      }
    } catch (WakeupException | InterruptException e) {
      LOG.debug("reading the control topic was interrupted", e);
    } catch (RuntimeException | Error e) {
      onHopeless.accept(e);
    } finally {
      consumer.close();
    }
  }

  private void poll() {
    try {
      consumer.poll(POLL).forEach(this::take);
    } catch (RetriableException e) {
      LOG.warn("reading the control topic failed and is tried again: {}", e.toString());
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    Optional<ControlAction> action = ControlAction.read(record.key(), record.value());
    if (action.isPresent()) {
      take(new ControlState.Action(Instant.ofEpochMilli(record.timestamp()), action.get()));
    } else if (!unreadable) {
      unreadable = true;
      LOG.warn(
          "{}@{} is no action of an operator and is skipped; further ones are not logged",
          partition,
          record.offset());
    }
  }

  private void take(ControlState.Action next) {
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
      tell(next);
    }
  }

  private static void tell(ControlState.Action done) {
    if (done.action().change() instanceof ControlAction.Polling polling) {
      LOG.atInfo()
          .addKeyValue("project", polling.project().projectId())
          .log(
              "polling of project {} of region {} is {} since {} by {}",
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
