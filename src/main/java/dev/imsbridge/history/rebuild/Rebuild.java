package dev.imsbridge.history.rebuild;

import dev.imsbridge.history.Cursor;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.ledger.Ledger;
import dev.imsbridge.ledger.LogRecord;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.ledger.OutputRecord.Target;
import dev.imsbridge.wire.TopicNames;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Recomputes transitions, completions, status and audit from the observations alone, one partition
 * at a time. The results are written to other topics, compared with the published records, or both.
 * Reads up to the ends of the topics at the start. The bridge may run at the same time.
 *
 * <p>If retention has deleted the first observations of a partition, jobs whose request was deleted
 * are left out, because their earlier state is unknown. Owned by one thread. Throws the exceptions
 * of the Kafka clients.
 */
public final class Rebuild {
  private final Supplier<? extends Consumer<byte[], byte[]>> consumers;
  private final TopicNames topics;
  private final Ledger recorder;
  private final Map<Target, ComparisonCounts> tallies = new EnumMap<>(Target.class);
  private final List<RebuildReport.Taken> taken = new ArrayList<>();
  private Rewriter rewriter;
  private Publication publication;

  /**
   * @param consumers creates consumers with {@link TopicReader#CONSUMER}
   * @param topics the names of the bridge's topics
   * @param recorder a recorder with the settings of the bridge
   */
  public Rebuild(
      Supplier<? extends Consumer<byte[], byte[]>> consumers, TopicNames topics, Ledger recorder) {
    this.consumers = consumers;
    this.topics = topics;
    this.recorder = recorder;
    tally(topics);
  }

  private void tally(TopicNames names) {
    tallies.put(Target.TRANSITIONS, new ComparisonCounts(names.transitions()));
    tallies.put(Target.COMPLETIONS, new ComparisonCounts(names.completions()));
    tallies.put(Target.STATUS, new ComparisonCounts(names.status()));
    tallies.put(Target.AUDIT, new ComparisonCounts(names.audit()));
  }

  /** Also writes the results to {@code to}, which is not closed. */
  public Rebuild into(Rewriter to) {
    rewriter = to;
    return this;
  }

  /**
   * Recomputes all partitions.
   *
   * @param progress called for each record, with the progress in offsets of the observations
   */
  public RebuildReport run(java.util.function.Consumer<TopicReader.Progress> progress) {
    try (Cursor observations = Cursor.open(consumers.get(), topics.observations())) {
      long passed = 0;
      for (TopicPartition partition :
          observations.partitions().stream()
              .sorted(Comparator.comparingInt(TopicPartition::partition))
              .toList()) {
        long before = passed - observations.begin(partition);
        take(
            observations,
            partition,
            offset ->
                progress.accept(new TopicReader.Progress(before + offset, observations.length())));
        passed += observations.end(partition) - observations.begin(partition);
      }
      progress.accept(new TopicReader.Progress(passed, passed));
    }
    if (publication != null) {
      publication.endAll(taken.stream().allMatch(each -> each.begin() == 0));
    }
    if (rewriter != null) {
      rewriter.flush();
    }
    return new RebuildReport(taken, List.copyOf(tallies.values()));
  }

  /**
   * Recomputes all partitions and compares the results with the published records.
   *
   * @param published the topics to compare with: those of the bridge or copies of them
   * @param group the consumer group of the topology, whose offsets show the progress of the bridge
   * @param progress called for each record, with the progress in offsets of the observations
   */
  public RebuildReport compare(
      Admin admin,
      TopicNames published,
      String group,
      java.util.function.Consumer<TopicReader.Progress> progress) {
    tally(published);
    try (Publication opened = new Publication(consumers, admin, published, group, tallies)) {
      publication = opened;
      return run(progress);
    } finally {
      publication = null;
    }
  }

  private void take(
      Cursor observations, TopicPartition partition, java.util.function.LongConsumer passed) {
    long begin = observations.begin(partition);
    Refold refold = new Refold(recorder);
    AuditComparison audit =
        publication == null
            ? null
            : publication.begin(partition, begin, observations.partitions().size());
    RetentionGap beginnings =
        begin == 0 ? null : new RetentionGap(refold, audit, this::beganEarlier);
    observations.read(List.of(partition));
    long inputs = 0;
    for (ConsumerRecord<byte[], byte[]> record = observations.next();
        record != null;
        record = observations.next()) {
      passed.accept(record.offset());
      LogRecord source = LogRecord.of(record);
      if (beginnings == null || beginnings.take(source)) {
        inputs++;
        take(source, refold);
      }
    }
    if (publication != null) {
      publication.end(rootJobId -> beginnings == null || beginnings.tell(rootJobId));
    }
    taken.add(
        new RebuildReport.Taken(
            partition.partition(),
            begin,
            inputs,
            beginnings == null ? 0 : beginnings.inputsLeftOut(),
            beginnings == null ? 0 : beginnings.jobsLeftOut(),
            publication == null || endKnown(observations, partition)));
  }

  // The group commits no offset for a partition that never held a record.
  private boolean endKnown(Cursor observations, TopicPartition partition) {
    return observations.end(partition) == 0 || publication.endKnown(partition);
  }

  private void take(LogRecord source, Refold refold) {
    int chain = source.at().partition();
    for (OutputRecord record : refold.take(source)) {
      ComparisonCounts tally = tallies.get(record.target());
      if (tally != null) {
        tally.recomputed();
        write(record, chain);
        if (publication != null) {
          publication.expect(record, source.at().offset());
        }
      }
    }
    for (OutputRecord cleared : refold.purge()) {
      write(cleared, chain);
      if (publication != null) {
        publication.outlived(cleared);
      }
    }
  }

  private void beganEarlier(String rootJobId) {
    if (publication != null) {
      publication.beganEarlier(rootJobId);
    }
  }

  private void write(OutputRecord record, int chain) {
    if (rewriter != null) {
      rewriter.write(record, chain);
    }
  }
}
