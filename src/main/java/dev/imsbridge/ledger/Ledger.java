package dev.imsbridge.ledger;

import dev.imsbridge.job.Decision;
import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Fold;
import dev.imsbridge.job.FoldRules;
import dev.imsbridge.job.Input;
import dev.imsbridge.job.JobRequest;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Output;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.CloudEvent;
import dev.imsbridge.wire.Events;
import dev.imsbridge.wire.StoreCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Processes one record of the observations topic: decodes it, calls the {@link Fold}, and encodes
 * the value to store and the records to send. The topology calls it for each new record. A rebuild
 * calls it for the old records and gets the same bytes.
 *
 * <p>Pure and thread-safe: results depend on arguments and settings only.
 */
public final class Ledger {
  /** The kind of a dead letter that is not a valid record of the observations topic. */
  public static final String OBSERVATION_REFUSED = "ObservationRefused";

  /** The kind of a dead letter with an answer that does not describe the job. */
  public static final String ANSWER_REFUSED = "AnswerRefused";

  private final FoldRules rules;
  private final Duration retention;
  private final Events events;

  /**
   * @param retention how long a tree is kept after it ended
   */
  public Ledger(FoldRules rules, Duration retention, CloudEvent.Mode mode) {
    this.rules = rules;
    this.retention = retention;
    this.events = new Events(mode);
  }

  /**
   * Processes a record.
   *
   * @param head the end of the audit chain of the record's partition
   * @param trees returns the stored tree of a root job; null if the job is unknown
   */
  public LedgerEntry process(
      LogRecord source, AuditChain.Head head, Function<String, JobTree> trees) {
    LogCodec.Decoded decoded = LogCodec.decode(source);
    return decoded instanceof LogCodec.Valid valid
        ? fold(source, valid, head, trees)
        : reject(source, (LogCodec.Invalid) decoded, head);
  }

  private LedgerEntry fold(
      LogRecord source,
      LogCodec.Valid valid,
      AuditChain.Head before,
      Function<String, JobTree> trees) {
    String rootJobId = valid.rootJobId();
    Input input = valid.input();
    AuditChain.Head head = before.advancedTo(input.at());
    List<Output> outputs = new ArrayList<>();
    JobTree stored = trees.apply(rootJobId);
    JobTree known = stored;
    if (known != null && outlived(known, head)) {
      outputs.addAll(known.forgotten());
      known = null;
    }
    Fold.Folded folded = Fold.fold(rules, known, input);
    outputs.addAll(folded.outputs());

    RecordBatch batch = batch(rootJobId, input.evidence(), input.at(), source, head);
    JobRequest request = folded.tree() == null ? null : folded.tree().request();
    outputs.forEach(output -> batch.add(output, request));
    if (valid.deadLetterReason() != null) {
      batch.deadLetter(source, ANSWER_REFUSED, valid.deadLetterReason());
    }
    JobTree tree = folded.tree();
    return batch.entry(
        tree == null && stored == null
            ? null
            : new LedgerEntry.Change(
                rootJobId, stored, tree, tree == null ? null : StoreCodec.encode(tree)));
  }

  private LedgerEntry reject(LogRecord source, LogCodec.Invalid invalid, AuditChain.Head head) {
    RecordBatch batch = batch(invalid.rootJobId(), source.at(), source.time(), source, head);
    if (invalid.rootJobId() != null) {
      batch.add(
          new Output.Audited(Decision.ANSWER_MALFORMED, invalid.reason(), null, null, Map.of()),
          null);
    }
    batch.deadLetter(source, OBSERVATION_REFUSED, invalid.reason());
    return batch.entry(null);
  }

  private RecordBatch batch(
      String rootJobId, Evidence evidence, Instant at, LogRecord source, AuditChain.Head head) {
    return new RecordBatch(
        events, rootJobId, evidence, at, head.source(source.at(), source.sha256()), head);
  }

  /** How long a tree is kept after it ended. */
  public Duration retention() {
    return retention;
  }

  /** Whether the retention of a tree has expired by the latest time of the partition's inputs. */
  public boolean outlived(JobTree tree, AuditChain.Head head) {
    return tree.outlived(head.latest(), retention);
  }

  /** Returns the records to send when the purge removes a tree. */
  public List<OutputRecord> forget(JobTree tree, AuditChain.Head head) {
    Evidence request = tree.acceptance().requestEvidence();
    RecordBatch batch =
        new RecordBatch(events, tree.rootJobId(), request, head.latest(), null, head);
    tree.forgotten().forEach(output -> batch.add(output, null));
    return batch.entry(null).records();
  }
}
