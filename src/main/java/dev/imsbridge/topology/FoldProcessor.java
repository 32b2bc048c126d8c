package dev.imsbridge.topology;

import dev.imsbridge.job.JobTree;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.Logged;
import dev.imsbridge.wire.Outgoing;
import dev.imsbridge.wire.Recorder;
import dev.imsbridge.wire.Recording;
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
 * Folds the observations topic into job trees: takes each record to the {@link Recorder}, writes
 * the store, forwards what is to be published.
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

  private static final Map<Outgoing.Target, String> SINKS =
      Map.of(
          Outgoing.Target.TRANSITIONS, TRANSITIONS,
          Outgoing.Target.COMPLETIONS, COMPLETIONS,
          Outgoing.Target.STATUS, STATUS,
          Outgoing.Target.WATCHES, WATCHES,
          Outgoing.Target.AUDIT, AUDIT,
          Outgoing.Target.DEAD_LETTERS, DEAD_LETTERS);
  private static final Duration PURGE_INTERVAL = Duration.ofSeconds(10);
  private static final int PURGE_LOOKS_AT = 1_000;

  private final Recorder recorder;
  private final FoldMeters meters;
  private Instant since;
  private ProcessorContext<byte[], Object> context;
  private TreeStore store;
  private String purgedTo;

  FoldProcessor(Recorder recorder, FoldMeters meters) {
    this.recorder = recorder;
    this.meters = meters;
  }

  @Override
  public void init(ProcessorContext<byte[], Object> processorContext) {
    context = processorContext;
    since = now();
    store = new TreeStore(context.getStateStore(BridgeTopology.STORE));
    meters.tellOn(context);
    context.schedule(PURGE_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> purge());
  }

  @Override
  public void process(Record<byte[], byte[]> source) {
    Logged logged =
        new Logged(
            Sources.of(context),
            source.key(),
            source.value(),
            source.headers(),
            source.timestamp());
    Recording recording = recorder.record(logged, store.head(), store::tree);
    if (recording.stored() != null) {
      store.put(recording.stored());
    }
    store.put(recording.head());
    recording.outgoing().forEach(this::send);
    meters.recorded(recording, since, now());
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }

  private void send(Outgoing outgoing) {
    Object value =
        outgoing.target() == Outgoing.Target.AUDIT
            ? new ChainedEntry(context.taskId().partition(), outgoing.value())
            : outgoing.value();
    // A dead letter's retention begins now, whenever the record says that it was written.
    long timestamp =
        outgoing.target() == Outgoing.Target.DEAD_LETTERS
            ? context.currentSystemTimeMs()
            : outgoing.timestamp();
    context.forward(
        new Record<>(outgoing.key(), value, timestamp, outgoing.headers()),
        SINKS.get(outgoing.target()));
  }

  /**
   * Forgets trees that ended long ago, by the clock of the partition's inputs. Looks at a bounded
   * number of trees and goes on there the next time.
   */
  private void purge() {
    AuditChain.Head head = store.head();
    List<JobTree> outlived = new ArrayList<>();
    purgedTo =
        store.scan(purgedTo, PURGE_LOOKS_AT, tree -> recorder.outlived(tree, head), outlived);
    for (JobTree tree : outlived) {
      List<Outgoing> cleared = recorder.forget(tree, head);
      store.forget(tree);
      cleared.forEach(this::send);
    }
  }
}
