package dev.imsbridge.topology;

import dev.imsbridge.job.Decision;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Fold;
import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.Input;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Output;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.Events;
import dev.imsbridge.wire.Journal;
import dev.imsbridge.wire.StoreCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Folds the observations topic into job trees: decodes a record, calls the {@link Fold}, writes the
 * store, forwards what is to be published.
 *
 * <p>All that can fail comes before the first write to the store: a write is not undone when
 * something after it fails, and would swallow the transition it stands for. What cannot be read
 * goes to the dead letters within the same transaction. Confined to its task's thread.
 */
final class FoldProcessor implements Processor<byte[], byte[], byte[], Object> {
  static final String TRANSITIONS = "transitions";
  static final String COMPLETIONS = "completions";
  static final String STATUS = "status";
  static final String WATCHES = "watches";
  static final String AUDIT = "audit";
  static final String DEAD_LETTERS = "dead-letters";

  private static final Duration PURGE_INTERVAL = Duration.ofSeconds(10);
  private static final int PURGE_LOOKS_AT = 1_000;

  private final FoldRules rules;
  private final Duration retention;
  private final Events events;
  private final FoldMeters meters;
  private Instant since;
  private ProcessorContext<byte[], Object> context;
  private TreeStore store;
  private String purgedTo;

  FoldProcessor(FoldRules rules, Duration retention, Events events, FoldMeters meters) {
    this.rules = rules;
    this.retention = retention;
    this.events = events;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<byte[], Object> processorContext) {
    context = processorContext;
    since = now();
    store = new TreeStore(context.getStateStore(BridgeTopology.STORE));
    context.schedule(PURGE_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> purge());
  }

  @Override
  public void process(Record<byte[], byte[]> source) {
    Evidence evidence = Sources.of(context);
    Journal.Read read = Journal.read(source.key(), source.value(), source.headers(), evidence);
    if (read instanceof Journal.Understood understood) {
      fold(source, understood);
    } else if (read instanceof Journal.Unreadable unreadable) {
      refuse(source, unreadable, evidence);
    }
  }

  private void fold(Record<byte[], byte[]> source, Journal.Understood understood) {
    String rootJobId = understood.rootJobId();
    Input input = understood.input();
    AuditChain.Head head = store.head().seen(input.at());
    List<Output> outputs = new ArrayList<>();
    JobTree stored = store.tree(rootJobId);
    JobTree known = stored;
    if (known != null && known.outlived(head.latest(), retention)) {
      outputs.addAll(known.forgotten());
      known = null;
    }
    Fold.Folded folded = Fold.fold(rules, known, input);
    outputs.addAll(folded.outputs());

    Outbox outbox = outbox(rootJobId, input.evidence(), input.at(), head);
    ProjectRef project = folded.tree() == null ? null : folded.tree().request().project();
    outputs.forEach(output -> outbox.add(output, project));
    if (understood.refuse() != null) {
      outbox.deadLetter(source, FoldMeters.ANSWER_REFUSED, understood.refuse());
      meters.deadLetter(FoldMeters.ANSWER_REFUSED);
    }
    byte[] tree = folded.tree() == null ? null : StoreCodec.encode(folded.tree());
    if (tree != null || stored != null) {
      store.put(rootJobId, tree);
    }
    send(outbox);
    meters.folded(folded.tree(), outputs, since, now());
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }

  private void refuse(
      Record<byte[], byte[]> source, Journal.Unreadable unreadable, Evidence evidence) {
    AuditChain.Head head = store.head();
    Outbox outbox = outbox(unreadable.rootJobId(), evidence, head.latest(), head);
    if (unreadable.rootJobId() != null) {
      outbox.add(
          new Output.Audited(Decision.ANSWER_MALFORMED, unreadable.reason(), null, null, Map.of()),
          null);
    }
    outbox.deadLetter(source, FoldMeters.OBSERVATION_REFUSED, unreadable.reason());
    meters.deadLetter(FoldMeters.OBSERVATION_REFUSED);
    send(outbox);
  }

  private Outbox outbox(String rootJobId, Evidence evidence, Instant at, AuditChain.Head head) {
    return new Outbox(events, rootJobId, evidence, at, context.taskId().partition(), head);
  }

  private void send(Outbox outbox) {
    store.put(outbox.head());
    outbox.records().forEach(record -> context.forward(record.record(), record.sink()));
  }

  /**
   * Forgets trees that ended long ago, by the clock of the partition's inputs. Looks at a bounded
   * number of trees and goes on there the next time.
   */
  private void purge() {
    AuditChain.Head head = store.head();
    List<JobTree> outlived = new ArrayList<>();
    purgedTo =
        store.scan(
            purgedTo, PURGE_LOOKS_AT, tree -> tree.outlived(head.latest(), retention), outlived);
    for (JobTree tree : outlived) {
      Outbox outbox = outbox(tree.rootJobId(), tree.requestEvidence(), head.latest(), head);
      tree.forgotten().forEach(output -> outbox.add(output, null));
      store.put(tree.rootJobId(), null);
      send(outbox);
    }
  }
}
