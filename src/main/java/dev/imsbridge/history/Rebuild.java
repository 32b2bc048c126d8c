package dev.imsbridge.history;

import dev.imsbridge.wire.Logged;
import dev.imsbridge.wire.Outgoing;
import dev.imsbridge.wire.Outgoing.Target;
import dev.imsbridge.wire.Recorder;
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
 * Computes transitions, completions, status and audit anew from the observations alone, a partition
 * at a time: to write them elsewhere, to compare them with what was published, or both. Bounded by
 * the moment it begins; the bridge may run meanwhile.
 *
 * <p>Where retention has deleted a partition's first observations, jobs whose request is among them
 * are left out, since what the bridge knew of them is not to be had. Owned by one thread; throws
 * what Kafka's clients throw.
 */
public final class Rebuild {
  private final Supplier<? extends Consumer<byte[], byte[]>> consumers;
  private final TopicNames topics;
  private final Recorder recorder;
  private final Map<Target, Tally> tallies = new EnumMap<>(Target.class);
  private final List<RebuildReport.Taken> taken = new ArrayList<>();
  private Rewriter rewriter;
  private Publication publication;

  /**
   * @param consumers each as a {@link TopicReader} wants it
   * @param recorder with the settings that the bridge ran with
   */
  public Rebuild(
      Supplier<? extends Consumer<byte[], byte[]>> consumers,
      TopicNames topics,
      Recorder recorder) {
    this.consumers = consumers;
    this.topics = topics;
    this.recorder = recorder;
    tally(topics);
  }

  private void tally(TopicNames names) {
    tallies.put(Target.TRANSITIONS, new Tally(names.transitions()));
    tallies.put(Target.COMPLETIONS, new Tally(names.completions()));
    tallies.put(Target.STATUS, new Tally(names.status()));
    tallies.put(Target.AUDIT, new Tally(names.audit()));
  }

  /** Writes everything to {@code to} as well; it stays the caller's. */
  public Rebuild into(Rewriter to) {
    rewriter = to;
    return this;
  }

  /** Rebuilds. */
  public RebuildReport run(Watcher watcher) {
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
            offset -> watcher.passed(before + offset, observations.length()));
        passed += observations.end(partition) - observations.begin(partition);
      }
      watcher.passed(passed, passed);
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
   * Rebuilds, and compares with what was published.
   *
   * @param published the topics to compare with: the bridge's own, or copies of them
   * @param group the topology's, whose offsets say how far the bridge has come
   */
  public RebuildReport compare(Admin admin, TopicNames published, String group, Watcher watcher) {
    tally(published);
    try (Publication opened = new Publication(consumers, admin, published, group, tallies)) {
      publication = opened;
      return run(watcher);
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
    Beginnings beginnings = begin == 0 ? null : new Beginnings(refold, audit, this::beganEarlier);
    observations.read(List.of(partition));
    long inputs = 0;
    for (ConsumerRecord<byte[], byte[]> record = observations.next();
        record != null;
        record = observations.next()) {
      passed.accept(record.offset());
      Logged source = Logged.of(record);
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

  // The group commits nothing for a partition that never held a record: there is no end to tell.
  private boolean endKnown(Cursor observations, TopicPartition partition) {
    return observations.end(partition) == 0 || publication.endKnown(partition);
  }

  private void take(Logged source, Refold refold) {
    int chain = source.at().partition();
    for (Outgoing record : refold.take(source)) {
      Tally tally = tallies.get(record.target());
      if (tally != null) {
        tally.recomputed();
        write(record, chain);
        if (publication != null) {
          publication.expect(record, source.at().offset());
        }
      }
    }
    for (Outgoing cleared : refold.purge()) {
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

  private void write(Outgoing record, int chain) {
    if (rewriter != null) {
      rewriter.write(record, chain);
    }
  }
}
