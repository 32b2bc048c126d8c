package dev.imsbridge.history;

import dev.imsbridge.history.BrokenLink.What;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Walks the audit as it stands when it is asked: each partition's hash chain, and for each entry
 * that rests on a body the body itself, where {@code observations} still has it. One pass over both
 * topics, a partition at a time. Owned by one thread; throws what Kafka's clients throw.
 */
public final class AuditVerifier {
  private final Supplier<? extends Consumer<byte[], byte[]>> consumers;
  private final String auditTopic;
  private final String observationsTopic;

  /**
   * @param consumers each as a {@link TopicReader} wants it
   * @param auditTopic the audit, or a copy of it
   * @param observationsTopic what its entries rest on
   */
  public AuditVerifier(
      Supplier<? extends Consumer<byte[], byte[]>> consumers,
      String auditTopic,
      String observationsTopic) {
    this.consumers = consumers;
    this.auditTopic = auditTopic;
    this.observationsTopic = observationsTopic;
  }

  /**
   * What was found in a partition.
   *
   * @param begin the offset its log begins with: above 0, records were deleted
   * @param entries records, whether or not they stand as they should
   * @param breaks how many do not
   * @param proved bodies that have the digest their entry says
   * @param gone bodies that retention has deleted
   * @param head where the chain ends
   * @param broken the first broken link; null when the chain holds
   */
  public record PartitionAudit(
      int partition,
      long begin,
      long entries,
      long breaks,
      long proved,
      long gone,
      ChainHead head,
      BrokenLink broken) {}

  /**
   * Verifies.
   *
   * @param kept heads that were written down earlier, by partition
   */
  public List<PartitionAudit> verify(Map<Integer, ChainHead> kept, Watcher watcher) {
    // The audit first: what an entry rests on was there before it.
    try (Cursor audit = Cursor.open(consumers.get(), auditTopic);
        Cursor observations = Cursor.open(consumers.get(), observationsTopic)) {
      List<PartitionAudit> all = new ArrayList<>();
      long[] passed = new long[1];
      Bodies bodies = new Bodies(observations);
      for (TopicPartition partition :
          audit.partitions().stream()
              .sorted(java.util.Comparator.comparingInt(TopicPartition::partition))
              .toList()) {
        audit.read(List.of(partition));
        bodies.read(new TopicPartition(observationsTopic, partition.partition()));
        all.add(
            verify(
                audit,
                partition,
                bodies,
                kept.get(partition.partition()),
                offset ->
                    watcher.passed(passed[0] + offset - audit.begin(partition), audit.length())));
        passed[0] += audit.end(partition) - audit.begin(partition);
      }
      watcher.passed(audit.length(), audit.length());
      kept.forEach((partition, head) -> vanished(partition, head, audit, all));
      return all;
    }
  }

  private static void vanished(
      int partition, ChainHead head, Cursor audit, List<PartitionAudit> all) {
    if (audit.partitions().stream().noneMatch(each -> each.partition() == partition)) {
      BrokenLink link =
          new BrokenLink(
              partition,
              -1,
              head.position(),
              What.NOT_THE_KEPT_CHAIN,
              "there is no such partition");
      all.add(new PartitionAudit(partition, 0, 0, 1, 0, 0, new ChainHead(0, ""), link));
    }
  }

  private static PartitionAudit verify(
      Cursor audit,
      TopicPartition partition,
      Bodies bodies,
      ChainHead kept,
      java.util.function.LongConsumer passed) {
    ChainCheck chain = new ChainCheck(partition.partition(), kept, audit.begin(partition) > 0);
    long proved = 0;
    long gone = 0;
    long different = 0;
    BrokenLink body = null;
    for (ConsumerRecord<byte[], byte[]> record = audit.next();
        record != null;
        record = audit.next()) {
      passed.accept(record.offset());
      AuditEntry entry = AuditEntry.read(record);
      chain.take(record.offset(), entry);
      if (entry == null || entry.bodySha256() == null) {
        continue;
      }
      switch (bodies.prove(entry.evidence(), entry.bodySha256())) {
        case PROVED -> proved++;
        case GONE -> gone++;
        case PASSED -> {}
        case DIFFERENT -> {
          different++;
          body = first(body, record, entry, "the body at %s has another digest");
        }
        case ABSENT -> {
          different++;
          body = first(body, record, entry, "there is no body at %s");
        }
      }
    }
    chain.end();
    BrokenLink broken = chain.broken();
    return new PartitionAudit(
        partition.partition(),
        audit.begin(partition),
        chain.entries(),
        chain.breaks() + different,
        proved,
        gone,
        chain.head(),
        broken == null || (body != null && body.offset() < broken.offset()) ? body : broken);
  }

  private static BrokenLink first(
      BrokenLink before, ConsumerRecord<byte[], byte[]> record, AuditEntry entry, String detail) {
    return before != null
        ? before
        : new BrokenLink(
            record.partition(),
            record.offset(),
            entry.position(),
            What.BODY_DIFFERS,
            detail.formatted(entry.evidence()));
  }
}
