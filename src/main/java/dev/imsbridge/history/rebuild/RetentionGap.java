package dev.imsbridge.history.rebuild;

import dev.imsbridge.history.audit.AuditEntry;
import dev.imsbridge.job.Decision;
import dev.imsbridge.job.Fold;
import dev.imsbridge.job.Input;
import dev.imsbridge.ledger.LogCodec;
import dev.imsbridge.ledger.LogRecord;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Selects the inputs that can be recomputed after retention has deleted the first inputs of a
 * partition: those of jobs whose first request is still retained. The published audit states
 * whether a request was for a new job. Without the audit, a job counts as new if its first
 * remaining input is a request. All other inputs are omitted. Confined to one thread.
 */
final class RetentionGap {
  private final PartitionFold fold;
  private final AuditComparison published;
  private final Consumer<String> onBegun;
  private final Set<String> begun = new HashSet<>();
  private final Set<String> leftOut = new HashSet<>();
  private boolean chainStarted;
  private long inputs;

  /**
   * @param published the published audit; null if nothing is compared
   * @param onBegun receives each root job whose first request is still retained
   */
  RetentionGap(PartitionFold fold, AuditComparison published, Consumer<String> onBegun) {
    this.onBegun = onBegun;
    this.fold = fold;
    this.published = published;
  }

  /** Returns whether an input can be recomputed. Skips it in the fold if not. */
  boolean accept(LogRecord source) {
    LogCodec.Decoded read = LogCodec.decode(source);
    AuditEntry entry = published == null ? null : published.nextOf(source.at());
    startChain(entry);
    if (!(read instanceof LogCodec.Valid valid) || begun.contains(valid.rootJobId())) {
      return true;
    }
    String rootJobId = valid.rootJobId();
    if (valid.input() instanceof Input.Requested && isNew(rootJobId, entry)) {
      begun.add(rootJobId);
      onBegun.accept(rootJobId);
      return true;
    }
    skip(rootJobId, source, valid.input());
    return false;
  }

  // The chain continues from the first entry that can be compared.
  private void startChain(AuditEntry entry) {
    if (!chainStarted && entry != null) {
      fold.continueBefore(entry);
      chainStarted = true;
    }
  }

  private boolean isNew(String rootJobId, AuditEntry entry) {
    return published == null
        ? !leftOut.contains(rootJobId)
        : entry != null
            && entry.what().equals(Decision.REQUEST_ACCEPTED.word())
            && entry.why().equals(Fold.NEW_JOB);
  }

  private void skip(String rootJobId, LogRecord source, Input input) {
    inputs++;
    leftOut.add(rootJobId);
    AuditEntry last = published == null ? null : published.skip(source.at());
    fold.skip(source, input.at(), last);
  }

  /** Whether the remaining inputs contain the complete history of a job. */
  boolean complete(String rootJobId) {
    return begun.contains(rootJobId) && !leftOut.contains(rootJobId);
  }

  long inputsLeftOut() {
    return inputs;
  }

  int jobsLeftOut() {
    return leftOut.size();
  }
}
