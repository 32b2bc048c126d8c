package dev.imsbridge.history.audit;

import dev.imsbridge.history.Cursor;
import dev.imsbridge.history.TopicReader;
import dev.imsbridge.history.audit.BrokenLink.What;
import dev.imsbridge.history.audit.InputCheck.Proof;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.ledger.LogRecord;
import dev.imsbridge.wire.TopicNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Verifies the hash chain of each audit partition, and the inputs of its entries that {@code
 * observations} still holds. Makes one pass over both topics, one partition at a time, up to the
 * ends of the topics at the start. A partition without entries is compared with {@code
 * transitions}, because no transition is published without an entry. Owned by one thread. Throws
 * the exceptions of the Kafka clients.
 */
public final class AuditVerifier {
  private final Supplier<? extends Consumer<byte[], byte[]>> consumers;
  private final String auditTopic;
  private final TopicNames topics;
  private final Instant retainedFrom;

  /**
   * @param consumers creates consumers with {@link TopicReader#CONSUMER}
   * @param auditTopic the audit topic, or a copy of it
   * @param topics the inputs of the audit entries, and the transitions that the audit explains
   * @param retainedFrom observations from this time on are within their retention
   */
  public AuditVerifier(
      Supplier<? extends Consumer<byte[], byte[]>> consumers,
      String auditTopic,
      TopicNames topics,
      Instant retainedFrom) {
    this.consumers = consumers;
    this.auditTopic = auditTopic;
    this.topics = topics;
    this.retainedFrom = retainedFrom;
  }

  /**
   * The result for one partition.
   *
   * @param begin the first offset of the log; if it is above 0, records were deleted
   * @param entries the number of records, valid or not
   * @param breaks the number of breaks of the chain and of inputs that differ from their entry
   * @param proved the number of inputs that match the digests in their entry
   * @param gone the number of inputs that were deleted
   * @param head the end of the chain
   * @param broken the first broken link; null if the chain is valid
   */
  public record PartitionAudit(
      int partition,
      long begin,
      long entries,
      long breaks,
      long proved,
      long gone,
      ChainHead head,
      BrokenLink broken) {

    /** Returns the result of this partition without entries, with a link broken at a position. */
    private PartitionAudit broken(What what, long position, String detail) {
      BrokenLink link = new BrokenLink(partition, -1, position, what, detail);
      return new PartitionAudit(partition, begin, 0, 1, 0, 0, head, link);
    }
  }

  /**
   * Verifies all partitions.
   *
   * @param heads chain heads that were saved earlier, by partition
   * @param progress called for each entry, with the progress in offsets of the audit
   */
  public List<PartitionAudit> verify(
      Map<Integer, ChainHead> heads, java.util.function.Consumer<TopicReader.Progress> progress) {
    // The order matters: an entry is written no later than its transition, and an input no later
    // than its entry.
    try (Cursor transitions = new Cursor(consumers.get(), topics.transitions());
        Cursor audit = new Cursor(consumers.get(), auditTopic);
        Cursor observations = new Cursor(consumers.get(), topics.observations())) {
      List<PartitionAudit> all = new ArrayList<>();
      long length = audit.length();
      long passed = 0;
      for (TopicPartition partition : audit.partitions()) {
        long before = passed - audit.begin(partition);
        PartitionAudit found =
            verify(
                audit,
                partition,
                observations,
                heads.get(partition.partition()),
                offset -> progress.accept(new TopicReader.Progress(before + offset, length)));
        String missing =
            found.entries() == 0 && found.broken() == null
                ? missing(found, audit, transitions)
                : null;
        all.add(missing == null ? found : found.broken(What.MISSING, 1, missing));
        passed += audit.end(partition) - audit.begin(partition);
      }
      progress.accept(new TopicReader.Progress(length, length));
      heads.forEach(
          (partition, head) -> {
            if (audit.partitions().stream().noneMatch(each -> each.partition() == partition)) {
              all.add(
                  new PartitionAudit(partition, 0, 0, 0, 0, 0, new ChainHead(0, ""), null)
                      .broken(
                          What.NOT_THE_KEPT_CHAIN,
                          head.position(),
                          "the topic has no such partition"));
            }
          });
      return all;
    }
  }

  /** Returns why a partition without entries must have had one; null if it may be empty. */
  private String missing(PartitionAudit empty, Cursor audit, Cursor transitions) {
    if (empty.begin() > 0) {
      return "all entries were deleted, but the bridge retains the audit without limit";
    }
    if (transitions.partitions().size() != audit.partitions().size()) {
      return null;
    }
    transitions.read(List.of(new TopicPartition(topics.transitions(), empty.partition())));
    return transitions.peek() == null
        ? null
        : "there are no entries, but %s has events in this partition"
            .formatted(topics.transitions());
  }

  private PartitionAudit verify(
      Cursor audit,
      TopicPartition partition,
      Cursor observations,
      ChainHead head,
      LongConsumer passed) {
    TopicPartition log = new TopicPartition(topics.observations(), partition.partition());
    audit.read(List.of(partition));
    observations.read(observations.has(log) ? List.of(log) : List.of());
    InputCheck inputs = new InputCheck(observations.has(log) ? observations.begin(log) : 0);
    ChainCheck chain = new ChainCheck(partition.partition(), head, audit.begin(partition) > 0);
    long proved = 0;
    long gone = 0;
    long differing = 0;
    long lastNamed = -1;
    BrokenLink input = null;
    while (audit.peek() != null) {
      ConsumerRecord<byte[], byte[]> record = audit.next();
      passed.accept(record.offset());
      AuditEntry entry = AuditEntry.read(record);
      chain.check(record.offset(), entry);
      if (entry == null || !entry.intact() || entry.source().at().offset() == lastNamed) {
        continue;
      }
      lastNamed = entry.source().at().offset();
      Proof proof = prove(entry, log, observations, inputs);
      String problem = problem(proof, record);
      proved += proof == Proof.PROVED ? 1 : 0;
      gone += proof == Proof.GONE ? 1 : 0;
      if (problem != null) {
        differing++;
        input = input == null ? inputDiffers(record, entry, problem) : input;
      }
    }
    chain.end();
    BrokenLink broken = chain.broken();
    return new PartitionAudit(
        partition.partition(),
        audit.begin(partition),
        chain.entries(),
        chain.breaks() + differing,
        proved,
        gone,
        chain.head(),
        broken == null || (input != null && input.offset() < broken.offset()) ? input : broken);
  }

  private static Proof prove(
      AuditEntry entry, TopicPartition log, Cursor observations, InputCheck inputs) {
    Evidence at = entry.source().at();
    if (!observations.has(log)
        || !at.topic().equals(log.topic())
        || at.partition() != log.partition()) {
      return Proof.ABSENT;
    }
    while (observations.peek() != null && observations.peek().offset() <= at.offset()) {
      ConsumerRecord<byte[], byte[]> next = observations.next();
      inputs.pass(next.offset(), LogRecord.of(next).sha256());
    }
    return inputs.prove(entry.source(), () -> observations.beginNow(log));
  }

  private String problem(Proof proof, ConsumerRecord<byte[], byte[]> entry) {
    return switch (proof) {
      case PROVED, PASSED -> null;
      case DIFFERENT -> "the input at %s is not the one that was processed";
      case DIFFERENT_BEFORE ->
          "inputs between the input of the previous entry and the input at %s were changed, removed or"
              + " added";
      case ABSENT -> "there is no input at %s";
      case GONE ->
          Instant.ofEpochMilli(entry.timestamp()).isBefore(retainedFrom)
              ? null
              : "the input at %s was deleted before its retention ended";
    };
  }

  private static BrokenLink inputDiffers(
      ConsumerRecord<byte[], byte[]> record, AuditEntry entry, String detail) {
    return new BrokenLink(
        record.partition(),
        record.offset(),
        entry.position(),
        What.INPUT_DIFFERS,
        detail.formatted(entry.source().at()));
  }
}
