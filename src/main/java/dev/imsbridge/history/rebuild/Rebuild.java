package dev.imsbridge.history.rebuild;

import dev.imsbridge.history.Cursor;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.rebuild.ComparisonCounts.Result;
import dev.imsbridge.ledger.Ledger;
import dev.imsbridge.ledger.LogRecord;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.ledger.OutputRecord.Target;
import dev.imsbridge.wire.TopicNames;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
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
 * are omitted, because their earlier state is unknown. Owned by one thread. Throws the exceptions
 * of the Kafka clients.
 */
public final class Rebuild {
  private final Supplier<? extends Consumer<byte[], byte[]>> consumers;
  private final TopicNames topics;
  private final Ledger ledger;
  private final RebuildWriter writer;
  private final Map<Target, ComparisonCounts> counts = new EnumMap<>(Target.class);
  private final List<RebuildReport.Taken> taken = new ArrayList<>();
  // Null if nothing is compared.
  private PublishedTopics published;

  /**
   * @param consumers creates consumers with {@link TopicReader#CONSUMER}
   * @param topics the names of the bridge's topics
   * @param ledger a ledger with the settings with which the bridge wrote the records
   * @param writer writes the results to other topics; not closed; null to write nothing
   */
  public Rebuild(
      Supplier<? extends Consumer<byte[], byte[]>> consumers,
      TopicNames topics,
      Ledger ledger,
      RebuildWriter writer) {
    this.consumers = consumers;
    this.topics = topics;
    this.ledger = ledger;
    this.writer = writer;
  }

  /**
   * Recomputes all partitions.
   *
   * @param progress called for each record, with the progress in offsets of the observations
   */
  public RebuildReport run(java.util.function.Consumer<TopicReader.Progress> progress) {
    count(topics);
    return recompute(progress);
  }

  /**
   * Recomputes all partitions and compares the results with the published records.
   *
   * @param names the topics to compare with: those of the bridge or copies of them
   * @param group the consumer group of the topology, whose offsets show the progress of the bridge
   * @param progress called for each record, with the progress in offsets of the observations
   */
  public RebuildReport compare(
      Admin admin,
      TopicNames names,
      String group,
      java.util.function.Consumer<TopicReader.Progress> progress) {
    count(names);
    try (PublishedTopics opened = new PublishedTopics(consumers, admin, names, group, counts)) {
      published = opened;
      return recompute(progress);
    }
  }

  private void count(TopicNames names) {
    RebuildWriter.outputs(names)
        .forEach((target, topic) -> counts.put(target, new ComparisonCounts(topic)));
  }

  private RebuildReport recompute(java.util.function.Consumer<TopicReader.Progress> progress) {
    try (Cursor observations = new Cursor(consumers.get(), topics.observations())) {
      long all = observations.length();
      long passed = 0;
      for (TopicPartition partition : observations.partitions()) {
        long before = passed - observations.begin(partition);
        recompute(
            observations,
            partition,
            offset -> progress.accept(new TopicReader.Progress(before + offset, all)));
        passed += observations.end(partition) - observations.begin(partition);
      }
      progress.accept(new TopicReader.Progress(all, all));
    }
    if (published != null) {
      published.endAll(taken.stream().allMatch(each -> each.begin() == 0));
    }
    if (writer != null) {
      writer.flush();
    }
    return new RebuildReport(List.copyOf(taken), List.copyOf(counts.values()));
  }

  private void recompute(Cursor observations, TopicPartition partition, LongConsumer passed) {
    long begin = observations.begin(partition);
    PartitionFold fold = new PartitionFold(ledger);
    AuditComparison audit =
        published == null
            ? null
            : published.begin(partition, begin, observations.partitions().size());
    RetentionGap gap = begin == 0 ? null : new RetentionGap(fold, audit, this::beganEarlier);
    observations.read(List.of(partition));
    long inputs = 0;
    while (observations.peek() != null) {
      ConsumerRecord<byte[], byte[]> record = observations.next();
      passed.accept(record.offset());
      LogRecord source = LogRecord.of(record);
      if (gap == null || gap.accept(source)) {
        inputs++;
        recompute(source, fold);
      }
    }
    if (published != null) {
      published.end(rootJobId -> gap == null || gap.complete(rootJobId));
    }
    // The group commits no offset for a partition that never held a record.
    boolean endKnown =
        published == null || observations.end(partition) == 0 || published.endKnown(partition);
    taken.add(
        new RebuildReport.Taken(
            partition.partition(),
            begin,
            inputs,
            gap == null ? 0 : gap.inputsLeftOut(),
            gap == null ? 0 : gap.jobsLeftOut(),
            endKnown));
  }

  private void recompute(LogRecord source, PartitionFold fold) {
    for (OutputRecord record : fold.fold(source)) {
      ComparisonCounts ofTopic = counts.get(record.target());
      if (ofTopic != null) {
        ofTopic.add(Result.RECOMPUTED);
        write(record, source);
        if (published != null) {
          published.expect(record, source.at().offset());
        }
      }
    }
    for (OutputRecord cleared : fold.purge()) {
      write(cleared, source);
      if (published != null) {
        published.outlived(cleared);
      }
    }
  }

  private void beganEarlier(String rootJobId) {
    if (published != null) {
      published.beganEarlier(rootJobId);
    }
  }

  private void write(OutputRecord record, LogRecord source) {
    if (writer != null) {
      writer.write(record, source.at().partition());
    }
  }
}
