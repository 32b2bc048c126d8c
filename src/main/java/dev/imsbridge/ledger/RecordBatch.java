package dev.imsbridge.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.Output;
import dev.imsbridge.job.Watch;
import dev.imsbridge.ledger.OutputRecord.Target;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.Event;
import dev.imsbridge.wire.Events;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.Watches;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Builds all records that follow from one input, before any of them is sent. Used for one input, by
 * one thread.
 */
final class RecordBatch {
  private final Events events;
  private final String rootJobId;
  private final Evidence evidence;
  private final Instant at;
  private final AuditChain.Source source;
  private final List<Output> outputs = new ArrayList<>();
  private final List<OutputRecord> records = new ArrayList<>();
  private DeadLetter deadLetter;
  private AuditChain.Head head;

  /**
   * @param evidence the record that led to the outputs
   * @param at the timestamp of all records except completions and dead letters
   * @param source the input in the observations topic; null for a purge
   * @param head the end of the audit chain
   */
  RecordBatch(
      Events events,
      String rootJobId,
      Evidence evidence,
      Instant at,
      AuditChain.Source source,
      AuditChain.Head head) {
    this.events = events;
    this.rootJobId = rootJobId;
    this.evidence = evidence;
    this.at = at;
    this.source = source;
    this.head = head;
  }

  /** Returns all records, with the change of the store. */
  LedgerEntry entry(LedgerEntry.Change change) {
    AuditChain.Head end = source == null ? head : head.afterInput(source);
    return new LedgerEntry(change, end, outputs, deadLetter, records);
  }

  /**
   * Adds the record of an output.
   *
   * @param request the accepted request for the job; null if none is known
   */
  void add(Output output, JobRequest request) {
    outputs.add(output);
    if (output instanceof Output.Transition transition) {
      event(Target.TRANSITIONS, events.transition(transition), at);
    } else if (output instanceof Output.Completion completion) {
      Instant completedAt = completion.state().observedAt();
      event(Target.COMPLETIONS, events.completion(completion), completedAt);
    } else if (output instanceof Output.Status status) {
      row(Target.STATUS, status.state().jobId(), events.status(status.state()), null);
    } else if (output instanceof Output.StatusCleared cleared) {
      row(Target.STATUS, cleared.jobId(), null, null);
    } else if (output instanceof Output.WatchOpened opened) {
      watch(opened.watch().jobId(), Watches.encode(opened.watch()));
    } else if (output instanceof Output.WatchClosed closed) {
      watch(closed.jobId(), null);
    } else if (output instanceof Output.Audited audited) {
      Event entry = events.audit(audited, rootJobId, request, evidence, at, head.next(source));
      head = head.afterEntry(AuditChain.seal(rootJobId.getBytes(UTF_8), entry, at.toEpochMilli()));
      event(Target.AUDIT, entry, at);
    }
  }

  /** Adds the source record as a dead letter. */
  void deadLetter(LogRecord source, String kind, String reason) {
    deadLetter = new DeadLetter(kind, reason, evidence);
    records.add(deadLetter.record(source.key(), source.value(), source.timestamp()));
  }

  private void event(Target target, Event event, Instant time) {
    add(target, rootJobId, event.value(), event.headers(), time);
  }

  private void watch(String jobId, byte[] value) {
    row(Target.WATCHES, jobId, value, evidence);
  }

  /**
   * Adds a record to a compacted topic. Its key names the tree and the job.
   *
   * @param source the cause of the record, written to its headers; null for none
   */
  private void row(Target target, String jobId, byte[] value, Evidence source) {
    RecordHeaders headers = new RecordHeaders();
    if (source != null) {
      HeaderNames.addSource(headers, source);
    }
    add(target, Watch.key(rootJobId, jobId), value, headers, at);
  }

  private void add(Target target, String key, byte[] value, RecordHeaders headers, Instant time) {
    records.add(new OutputRecord(target, key.getBytes(UTF_8), value, time.toEpochMilli(), headers));
  }
}
