package dev.imsbridge.wire;

import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Output;
import java.util.List;

/**
 * What one record of the observations topic leads to, all of it built and none of it done.
 *
 * @param stored what is to be written to the store; null to leave it as it is
 * @param head where the partition's audit chain stands afterwards
 * @param outputs what the fold said
 * @param deadLetter what the record became; null when it was of use
 * @param outgoing what is to be sent, in this order
 */
public record Recording(
    Stored stored,
    AuditChain.Head head,
    List<Output> outputs,
    DeadLetter deadLetter,
    List<Outgoing> outgoing) {

  public Recording {
    outputs = List.copyOf(outputs);
    outgoing = List.copyOf(outgoing);
  }

  /**
   * A new value of the store.
   *
   * @param before what was stored; null when nothing was
   * @param tree null when the tree is to be removed, and so is {@code bytes}
   * @param bytes the same, encoded
   */
  public record Stored(String rootJobId, JobTree before, JobTree tree, byte[] bytes) {}
}
