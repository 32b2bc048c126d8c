package dev.imsbridge.ledger;

import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Output;
import dev.imsbridge.wire.AuditChain;
import java.util.List;

/**
 * The results of one record of the observations topic: a value to store and records to send.
 * Nothing is stored or sent yet.
 *
 * @param change the change of the store; null if there is none
 * @param head the end of the partition's audit chain after the record
 * @param outputs the outputs of the fold
 * @param deadLetter the dead letter of the record; null if there is none
 * @param records the records to send, in this order
 */
public record LedgerEntry(
    Change change,
    AuditChain.Head head,
    List<Output> outputs,
    DeadLetter deadLetter,
    List<OutputRecord> records) {

  public LedgerEntry {
    outputs = List.copyOf(outputs);
    records = List.copyOf(records);
  }

  /**
   * A change of the store.
   *
   * @param before the stored tree; null if there was none
   * @param tree the tree to store; null to remove the stored one
   * @param bytes {@code tree}, encoded; null if {@code tree} is null
   */
  public record Change(String rootJobId, JobTree before, JobTree tree, byte[] bytes) {}
}
