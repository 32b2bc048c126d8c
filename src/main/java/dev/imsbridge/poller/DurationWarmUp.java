package dev.imsbridge.poller;

import dev.imsbridge.job.JobAnswer;
import dev.imsbridge.poller.schedule.FinishedJobs;
import dev.imsbridge.poller.schedule.PollPolicy;
import dev.imsbridge.wire.AnswerParser;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.Observation;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restores the durations that a policy learns: reads the latest observations of all partitions,
 * from all pollers, and teaches the policy the durations of the jobs that have ended.
 *
 * <p>Reads at most about 20 000 records, for about 60 s. Runs in parallel with polling, which does
 * not wait for it. If it fails, the policy learns from new jobs only. The thread of {@link #run}
 * owns the consumer; other threads may call only {@link #end}.
 */
final class DurationWarmUp extends Thread {
  private static final Logger LOG = LoggerFactory.getLogger(DurationWarmUp.class);
  private static final int MAX_RECORDS = 20_000;
  private static final Duration TIME_LIMIT = Duration.ofSeconds(60);
  private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(500);

  private final Consumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final LoopTasks tasks;
  private final PollPolicy policy;
  private volatile boolean stopping;

  /**
   * Takes over a consumer that no other thread uses.
   *
   * @param policy taught on the loop's thread
   */
  DurationWarmUp(
      Consumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      LoopTasks tasks,
      PollPolicy policy) {
    super("imsbridge-history-reader");
    this.consumer = consumer;
    this.partitions = List.copyOf(partitions);
    this.tasks = tasks;
    this.policy = policy;
  }

  /** Makes the thread end soon. Does not wait for it. Safe for any thread. */
  void end() {
    stopping = true;
    consumer.wakeup();
  }

  @Override
  public void run() {
    try (consumer) {
      read(seek());
    } catch (WakeupException e) {
      LOG.debug("stopped reading earlier observations", e);
    } catch (RuntimeException e) {
      LOG.warn(
          "cannot read earlier observations; the policy learns from new jobs only: {}",
          e.toString());
    }
  }

  private Map<TopicPartition, Long> seek() {
    consumer.assign(partitions);
    Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, LOOKUP_TIMEOUT);
    Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions, LOOKUP_TIMEOUT));
    long each = Math.max(1, MAX_RECORDS / partitions.size());
    ends.forEach((at, end) -> consumer.seek(at, Math.max(begins.get(at), end - each)));
    return ends;
  }

  private void read(Map<TopicPartition, Long> ends) {
    long until = System.nanoTime() + TIME_LIMIT.toNanos();
    int jobs = 0;
    while (!stopping && System.nanoTime() - until < 0) {
      ends.keySet().removeIf(at -> consumer.position(at, LOOKUP_TIMEOUT) >= ends.get(at));
      if (ends.isEmpty()) {
        break;
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL_TIMEOUT)) {
        JobAnswer job = finished(record);
        if (job != null) {
          jobs++;
          // The observation does not contain the request time. A root job is usually created
          // shortly before the request, so its begin time is used instead.
          boolean root = job.jobId().equals(header(record, HeaderNames.WATCH_KEY));
          tasks.add(
              (engine, now) ->
                  FinishedJobs.teach(policy, job, root ? job.times().beginTime() : null));
        }
      }
    }
    LOG.info("read the answers of {} earlier jobs to learn their durations", jobs);
  }

  /** Returns the answer in a record if its job had ended; otherwise null. */
  private static JobAnswer finished(ConsumerRecord<byte[], byte[]> record) {
    String jobId = header(record, HeaderNames.JOB_ID);
    boolean answer =
        Observation.Kind.ANSWER.word().equals(header(record, HeaderNames.KIND))
            && jobId != null
            && record.value() != null;
    return answer
            && AnswerParser.glance(record.value(), jobId) instanceof AnswerParser.Valid it
            && FinishedJobs.ended(it.answer())
        ? it.answer()
        : null;
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    return HeaderNames.text(record.headers(), name);
  }
}
