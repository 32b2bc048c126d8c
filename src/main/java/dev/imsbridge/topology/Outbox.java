package dev.imsbridge.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Output;
import dev.imsbridge.job.ProjectRef;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.DeadLetters;
import dev.imsbridge.wire.Event;
import dev.imsbridge.wire.Events;
import dev.imsbridge.wire.Watches;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/** The records that one input leads to, built before any of them is sent. Lives for one input. */
final class Outbox {

  /** A record and the sink it goes to. */
  record Addressed(String sink, Record<byte[], Object> record) {}

  private final Events events;
  private final String rootJobId;
  private final Evidence evidence;
  private final Instant at;
  private final int partition;
  private final List<Addressed> records = new ArrayList<>();
  private AuditChain.Head head;

  /**
   * @param evidence the record that led to all this
   * @param at the time of every record
   * @param head where the partition's audit chain stands
   */
  Outbox(
      Events events,
      String rootJobId,
      Evidence evidence,
      Instant at,
      int partition,
      AuditChain.Head head) {
    this.events = events;
    this.rootJobId = rootJobId;
    this.evidence = evidence;
    this.at = at;
    this.partition = partition;
    this.head = head;
  }

  List<Addressed> records() {
    return records;
  }

  /** Where the audit chain stands after these records. */
  AuditChain.Head head() {
    return head;
  }

  /**
   * Adds the record of an output.
   *
   * @param project the job's; null when none is known
   */
  void add(Output output, ProjectRef project) {
    if (output instanceof Output.Transition transition) {
      event(FoldProcessor.TRANSITIONS, events.transition(transition));
    } else if (output instanceof Output.Completion completion) {
      event(FoldProcessor.COMPLETIONS, events.completion(completion));
    } else if (output instanceof Output.Status status) {
      keyed(FoldProcessor.STATUS, status.state().jobId(), events.status(status.state()));
    } else if (output instanceof Output.StatusCleared cleared) {
      keyed(FoldProcessor.STATUS, cleared.jobId(), null);
    } else if (output instanceof Output.WatchOpened opened) {
      keyed(FoldProcessor.WATCHES, opened.watch().key(), Watches.encode(opened.watch()));
    } else if (output instanceof Output.WatchClosed closed) {
      keyed(FoldProcessor.WATCHES, closed.watchKey(), null);
    } else if (output instanceof Output.Audited audited) {
      chain(audited, project);
    }
  }

  /** Adds the source record itself, as a dead letter. */
  void deadLetter(Record<byte[], byte[]> source, String kind, String reason) {
    records.add(
        new Addressed(
            FoldProcessor.DEAD_LETTERS,
            new Record<>(
                source.key(),
                source.value(),
                source.timestamp(),
                DeadLetters.headers(kind, reason, evidence))));
  }

  private void chain(Output.Audited audited, ProjectRef project) {
    Event entry = events.audit(audited, rootJobId, project, evidence, at, head.next(partition));
    head = head.after(entry.value());
    add(
        FoldProcessor.AUDIT,
        rootJobId,
        new ChainedEntry(partition, entry.value()),
        entry.headers());
  }

  private void event(String sink, Event event) {
    add(sink, rootJobId, event.value(), event.headers());
  }

  private void keyed(String sink, String key, byte[] value) {
    add(sink, key, value, new RecordHeaders());
  }

  private void add(String sink, String key, Object value, RecordHeaders headers) {
    records.add(
        new Addressed(sink, new Record<>(key.getBytes(UTF_8), value, at.toEpochMilli(), headers)));
  }
}
