package dev.imsbridge.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.Evidence;
import dev.imsbridge.job.Input.Table;
import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.job.Watch;
import dev.imsbridge.wire.HeaderNames;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.TableTopics;
import dev.imsbridge.wire.Watches;
import java.time.Duration;
import java.util.Arrays;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the {@code watches} and {@code status} topics consistent with the store. For each tree
 * whose records are missing or differ in one of them, writes an input to the observations topic.
 * The repair is then folded and audited like any other input, and a rebuild repeats it. Confined to
 * its task's thread.
 *
 * <p>Reads the {@code watches} topic. A record without the header for its source topic was not
 * written by the bridge and is compared with its tree at once. All trees are repaired, in batches,
 * if a topic has a new id or if records of {@code watches} are read again.
 */
final class ReconcileProcessor implements Processor<byte[], byte[], byte[], byte[]> {
  static final String OBSERVATIONS = "lacking-tables";

  private static final Logger LOG = LoggerFactory.getLogger(ReconcileProcessor.class);
  private static final Duration SAVE_INTERVAL = Duration.ofSeconds(10);

  private final TopologySettings settings;
  private final TopicLookup topics;
  private ProcessorContext<byte[], byte[]> context;
  private TreeStore store;
  private TableTopics saved;
  private TableTopics tables;
  private TableRepair repair;
  private long foreignSinceSave;

  ReconcileProcessor(TopologySettings settings, TopicLookup topics) {
    this.settings = settings;
    this.topics = topics;
  }

  @Override
  public void init(ProcessorContext<byte[], byte[]> processorContext) {
    context = processorContext;
    store = new TreeStore(context.getStateStore(TreeStore.NAME));
    repair = new TableRepair(context, store, OBSERVATIONS, this::save);
    int partition = context.taskId().partition();
    saved = store.tables();
    String watchesId = topics.find(settings.topics().watches(), partition).topicId();
    String statusId = topics.find(settings.topics().status(), partition).topicId();
    boolean sameWatches = saved != null && saved.watchesId().equals(watchesId);
    tables = new TableTopics(watchesId, sameWatches ? saved.watchesOffset() : -1, statusId);
    if (saved != null && !sameWatches) {
      repair.repairAll(Table.WATCHES, "was created again");
    }
    if (saved != null && !saved.statusId().equals(statusId)) {
      repair.repairAll(Table.STATUS, "was created again");
    }
    context.schedule(SAVE_INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> save());
  }

  @Override
  public void process(Record<byte[], byte[]> watch) {
    Evidence at = StreamRecords.position(context);
    if (at.offset() <= tables.watchesOffset()) {
      repair.repairAll(Table.WATCHES, "has lost records, or its offsets are lost");
    }
    tables = new TableTopics(tables.watchesId(), at.offset(), tables.statusId());
    if (watch.key() != null && watch.headers().lastHeader(HeaderNames.SOURCE_TOPIC) == null) {
      compare(new String(watch.key(), UTF_8), watch.value(), at);
    }
  }

  private void compare(String key, byte[] value, Evidence at) {
    String root = RootPartition.rootOf(key);
    String jobId = key.substring(key.lastIndexOf('/') + 1);
    if (!JobId.valid(root) || !JobId.valid(jobId) || !Watch.key(root, jobId).equals(key)) {
      return;
    }
    JobTree tree = store.tree(root);
    JobTree.OpenWatch open = tree == null ? null : tree.watches().get(key);
    byte[] expected = open == null ? null : Watches.encode(open.watch());
    if (!Arrays.equals(expected, value)) {
      if (foreignSinceSave++ == 0) {
        LOG.atWarn()
            .addKeyValue("watch", key)
            .addKeyValue("job_id", jobId)
            .addKeyValue("partition", at.partition())
            .log("{} was not written by the bridge and differs from the state: repairing it", at);
      }
      repair.repair(Table.WATCHES, root, jobId);
    }
  }

  // The old ids stay stored until all trees are repaired. If the task moves before, the new owner
  // starts the repair again.
  private void save() {
    if (foreignSinceSave > 1) {
      LOG.warn("{} records on watches were not written by the bridge: repaired", foreignSinceSave);
    }
    foreignSinceSave = 0;
    if (!repair.running() && !tables.equals(saved)) {
      store.put(tables);
      saved = tables;
    }
  }
}
