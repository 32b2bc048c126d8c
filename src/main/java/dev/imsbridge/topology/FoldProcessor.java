package dev.imsbridge.topology;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.ledger.Ledger;
import dev.imsbridge.ledger.LedgerEntry;
import dev.imsbridge.ledger.LogRecord;
import dev.imsbridge.ledger.OutputRecord;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.Checkpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds the observations topic into job trees. Passes each record to the {@link Ledger}, writes the
 * store and forwards the resulting records. Confined to its task's thread.
 *
 * <p>The store holds the position of the last folded record, because the consumer group can lose
 * its offsets. Each record is folded once, even if it is read repeatedly. A replaced log is an
 * error: see {@link ReplacedLogException}.
 *
 * <p>Every step that can fail comes before the first write to the store. Kafka Streams does not
 * undo a write if a later step fails and processing resumes: the transition would be lost.
 * Unreadable records go to {@code dead-letters} in the same transaction.
 */
final class FoldProcessor implements Processor<byte[], byte[], byte[], Object> {
  static final String TRANSITIONS = "transitions";
  static final String COMPLETIONS = "completions";
  static final String STATUS = "status";
  static final String WATCHES = "watches";
  static final String AUDIT = "audit";
  static final String DEAD_LETTERS = "dead-letters";

  private static final Map<OutputRecord.Target, String> SINKS =
      Map.of(
          OutputRecord.Target.TRANSITIONS, TRANSITIONS,
          OutputRecord.Target.COMPLETIONS, COMPLETIONS,
          OutputRecord.Target.STATUS, STATUS,
          OutputRecord.Target.WATCHES, WATCHES,
          OutputRecord.Target.AUDIT, AUDIT,
          OutputRecord.Target.DEAD_LETTERS, DEAD_LETTERS);
  private static final Logger LOG = LoggerFactory.getLogger(FoldProcessor.class);
  private static final Duration PURGE_INTERVAL = Duration.ofSeconds(10);
  private static final int MAX_PURGED = 1_000;

  private final TopologySettings settings;
  private final Ledger ledger;
  private final TopicLookup topics;
  private final FoldMeters meters;
  private Instant taskStartedAt;
  private ProcessorContext<byte[], Object> context;
  private TreeStore store;
  private AuditChain.Head head;
  private InputPosition position;
  private boolean positionUnsaved;
  private boolean skipLogged;

  FoldProcessor(TopologySettings settings, TopicLookup topics, FoldMeters meters) {
    this.settings = settings;
    this.ledger = new Ledger(settings.rules(), settings.retention(), settings.mode());
    this.topics = topics;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<byte[], Object> processorContext) {
    context = processorContext;
    taskStartedAt = now();
    store = new TreeStore(context.getStateStore(TreeStore.NAME));
    restore(store.checkpoint());
    meters.logDeadLettersOn(context);
    context.schedule(PURGE_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> purge());
  }

  private void restore(Checkpoint checkpoint) {
    String topic = settings.topics().observations();
    int partition = context.taskId().partition();
    TopicLookup.Found found = topics.find(topic, partition);
    head = checkpoint == null ? AuditChain.Head.START : checkpoint.head();
    position = new InputPosition(checkpoint == null ? null : checkpoint.position(), found);
    Optional<String> replaced = position.replaced();
    if (replaced.isPresent()) {
      if (!settings.acceptedLogs().contains(found.topicId())) {
        throw new ReplacedLogException(topic, partition, replaced.get(), found.topicId());
      }
      LOG.atWarn()
          .addKeyValue("partition", partition)
          .log(
              "{}-{} {}: continuing with it, because its id is accepted",
              topic,
              partition,
              replaced.get());
      position.acceptReplaced();
      positionUnsaved = true;
    }
  }

  @Override
  public void process(Record<byte[], byte[]> source) {
    Evidence at = StreamRecords.position(context);
    if (position.hasPassed(at)) {
      skip(source, at);
    } else {
      fold(source, at);
    }
  }

  // The consumer group has lost its offsets. These records were folded before the stored position
  // was written.
  private void skip(Record<byte[], byte[]> source, Evidence at) {
    if (!skipLogged) {
      skipLogged = true;
      LOG.atWarn()
          .addKeyValue("partition", at.partition())
          .log(
              "records from {} on are read again: skipping them up to offset {}, which is folded",
              at,
              position.last().offset());
    }
    if (position.contradicts(at, source.timestamp())) {
      throw new ReplacedLogException(
          at.topic(),
          at.partition(),
          "has a different record at offset " + at.offset() + " than before",
          position.last().topicId());
    }
  }

  private void fold(Record<byte[], byte[]> source, Evidence at) {
    LogRecord record =
        new LogRecord(at, source.key(), source.value(), source.headers(), source.timestamp());
    LedgerEntry entry = ledger.process(record, head, store::tree);
    if (entry.change() != null) {
      store.put(entry.change());
    }
    head = entry.head();
    position.advance(at, source.timestamp());
    save();
    entry.records().forEach(this::forward);
    meters.folded(entry, at, taskStartedAt, now());
  }

  private void save() {
    store.put(new Checkpoint(head, position.last()));
    positionUnsaved = false;
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }

  private void forward(OutputRecord record) {
    Record<byte[], byte[]> output = StreamRecords.of(record);
    String sink = SINKS.get(record.target());
    if (record.target() == OutputRecord.Target.AUDIT) {
      ChainedEntry entry = new ChainedEntry(context.taskId().partition(), record.value());
      context.forward(output.withValue(entry), sink);
    } else if (record.target() == OutputRecord.Target.DEAD_LETTERS) {
      // The retention of a dead letter starts now, independent of the record's timestamp.
      context.forward(output.withTimestamp(context.currentSystemTimeMs()), sink);
    } else {
      context.forward(output, sink);
    }
  }

  /**
   * Removes trees with expired retention, at most {@value #MAX_PURGED} per call, oldest first. The
   * reference time is the latest input of the partition, not the wall clock.
   */
  private void purge() {
    if (positionUnsaved) {
      save();
    }
    for (JobTree tree : store.endedBy(head.latest().minus(ledger.retention()), MAX_PURGED)) {
      if (ledger.outlived(tree, head)) {
        List<OutputRecord> cleared = ledger.forget(tree, head);
        store.forget(tree);
        cleared.forEach(this::forward);
      }
    }
  }
}
