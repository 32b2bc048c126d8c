package dev.imsbridge.topology;

import dev.imsbridge.job.Input.Table;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.ledger.LogCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes inputs to the observations topic that make the fold publish the watches or statuses of a
 * tree again: for one tree, or for all trees of the partition in batches. Confined to its task's
 * thread.
 */
final class TableRepair {
  private static final Logger LOG = LoggerFactory.getLogger(TableRepair.class);
  private static final Duration BATCH_INTERVAL = Duration.ofSeconds(1);
  private static final int BATCH = 500;

  private final ProcessorContext<byte[], byte[]> context;
  private final TreeStore store;
  private final String sink;
  private final Runnable onEnd;
  private final Set<Table> tables = EnumSet.noneOf(Table.class);
  private Cancellable batches;
  private String next;
  private long repaired;

  /**
   * @param sink the name of the sink that writes to the observations topic
   * @param onEnd called when all trees were repaired
   */
  TableRepair(
      ProcessorContext<byte[], byte[]> context, TreeStore store, String sink, Runnable onEnd) {
    this.context = context;
    this.store = store;
    this.sink = sink;
    this.onEnd = onEnd;
  }

  /** Whether a repair of all trees is in progress. */
  boolean running() {
    return !tables.isEmpty();
  }

  /** Writes the input that repairs one tree. */
  void repair(Table table, String rootJobId, String jobId) {
    Instant now = Instant.ofEpochMilli(context.currentSystemTimeMs());
    context.forward(StreamRecords.of(LogCodec.encodeRepair(table, rootJobId, jobId, now)), sink);
  }

  /**
   * Starts to repair all trees.
   *
   * @param reason the event that makes the repair necessary, for the log
   */
  void repairAll(Table table, String reason) {
    if (tables.add(table)) {
      LOG.atWarn()
          .addKeyValue("partition", context.taskId().partition())
          .log(
              "the topic of {} {}: writing partition {} again",
              table == Table.WATCHES ? "watches" : "statuses",
              reason,
              context.taskId().partition());
      next = TreeStore.FIRST;
    }
    if (batches == null) {
      batches =
          context.schedule(BATCH_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> repairBatch());
    }
  }

  private void repairBatch() {
    List<JobTree> trees = new ArrayList<>();
    next = store.scan(next, BATCH, trees);
    for (JobTree tree : trees) {
      repairIf(!tree.watches().isEmpty(), Table.WATCHES, tree);
      repairIf(tree.sequence() > 0, Table.STATUS, tree);
    }
    if (next == null) {
      LOG.atWarn()
          .addKeyValue("partition", context.taskId().partition())
          .log("wrote {} repairs for partition {}", repaired, context.taskId().partition());
      repaired = 0;
      tables.clear();
      batches.cancel();
      batches = null;
      onEnd.run();
    }
  }

  private void repairIf(boolean published, Table table, JobTree tree) {
    if (published && tables.contains(table)) {
      repair(table, tree.rootJobId(), tree.rootJobId());
      repaired++;
    }
  }
}
