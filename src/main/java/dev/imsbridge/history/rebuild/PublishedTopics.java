package dev.imsbridge.history.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.Cursor;
import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.rebuild.ComparisonCounts.Result;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.ledger.OutputRecord.Target;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TopicNames;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The published topics, for comparison with the recomputed records. Owned by one thread. */
final class PublishedTopics implements AutoCloseable {
  private final List<Cursor> cursors = new ArrayList<>();
  private final Map<Target, ComparisonCounts> counts;
  private final CommittedEnd committed;
  private final AuditComparison audit;
  private final EventComparison transitions;
  private final EventComparison completions;
  private final StatusComparison status;
  private TopicPartition observations;
  private int partitions;

  /**
   * Opens the topics at their current ends. Open the observations topic after this.
   *
   * @param group the consumer group of the topology
   */
  PublishedTopics(
      Supplier<? extends Consumer<byte[], byte[]>> consumers,
      Admin admin,
      TopicNames topics,
      String group,
      Map<Target, ComparisonCounts> counts) {
    this.counts = counts;
    try {
      List<TopicPartition> outputs = new ArrayList<>();
      try (Consumer<byte[], byte[]> consumer = consumers.get()) {
        for (String topic : RebuildWriter.outputs(topics).values()) {
          outputs.addAll(TopicReader.partitions(consumer, topic));
        }
      }
      committed = CommittedEnd.await(admin, group, outputs, InstantSource.system());
      audit = new AuditComparison(open(consumers, topics.audit()), counts.get(Target.AUDIT));
      transitions =
          new EventComparison(
              open(consumers, topics.transitions()), counts.get(Target.TRANSITIONS));
      completions =
          new EventComparison(
              open(consumers, topics.completions()), counts.get(Target.COMPLETIONS));
      status = new StatusComparison(open(consumers, topics.status()), counts.get(Target.STATUS));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Cursor open(Supplier<? extends Consumer<byte[], byte[]>> consumers, String topic) {
    Cursor cursor = new Cursor(consumers.get(), topic);
    cursors.add(cursor);
    return cursor;
  }

  /**
   * Starts a partition of the observations.
   *
   * @param begin the offset of the first retained observation
   * @param count the number of partitions of the observations
   */
  AuditComparison begin(TopicPartition partition, long begin, int count) {
    observations = partition;
    partitions = count;
    Predicate<ConsumerRecord<byte[], byte[]>> fromDeleted =
        begin == 0 ? record -> false : record -> isBasedBefore(record, begin);
    audit.begin(partition.partition());
    if (begin > 0) {
      audit.skipBefore(begin);
    }
    transitions.begin(partition.partition(), count, fromDeleted);
    completions.begin(partition.partition(), count, fromDeleted);
    return audit;
  }

  private boolean isBasedBefore(ConsumerRecord<byte[], byte[]> record, long begin) {
    Evidence first = new Evidence(observations.topic(), observations.partition(), begin);
    return PublishedEvent.read(record)
        .flatMap(event -> event.position("evidence"))
        .filter(evidence -> evidence.before(first))
        .isPresent();
  }

  /** Excludes the records of a job before its next request, which cannot be recomputed. */
  void beganEarlier(String rootJobId) {
    transitions.beganEarlier(rootJobId);
    completions.beganEarlier(rootJobId);
  }

  /** Compares a record recomputed from the input at {@code offset}. */
  void expect(OutputRecord record, long offset) {
    boolean due = committed.due(observations, offset);
    switch (record.target()) {
      case AUDIT -> audit.expect(record, due);
      case TRANSITIONS -> expect(transitions, record, due);
      case COMPLETIONS -> expect(completions, record, due);
      case STATUS -> status.expect(record, observations.partition(), due);
      case OBSERVATIONS, WATCHES, DEAD_LETTERS -> {}
    }
  }

  // An external producer can write an observation to a partition other than that of its job. The
  // order of the outputs of two partitions is unknown, so these records are not compared.
  private void expect(EventComparison events, OutputRecord record, boolean due) {
    if (RootPartition.of(new String(record.key(), UTF_8), partitions) == observations.partition()) {
      events.expect(record, due);
    } else {
      counts.get(record.target()).add(Result.NOT_COMPARED);
    }
  }

  /** Adds a cleared status that the purge may have published or will publish. */
  void outlived(OutputRecord cleared) {
    status.outlived(cleared);
  }

  /**
   * Ends the partition.
   *
   * @param complete whether the observations of a root job are complete
   */
  void end(Predicate<String> complete) {
    audit.end();
    transitions.end(complete.negate());
    completions.end(complete.negate());
  }

  /**
   * Ends the comparison.
   *
   * @param whole whether no observation was deleted
   */
  void endAll(boolean whole) {
    status.end(whole);
  }

  /** Whether the group has a committed offset for the partition. */
  boolean endKnown(TopicPartition partition) {
    return committed.known(partition);
  }

  @Override
  public void close() {
    cursors.forEach(Cursor::close);
  }
}
