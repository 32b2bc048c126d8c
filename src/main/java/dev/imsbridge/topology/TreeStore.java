package dev.imsbridge.topology;

import dev.imsbridge.job.JobTree;
import dev.imsbridge.ledger.LedgerEntry;
import dev.imsbridge.wire.Checkpoint;
import dev.imsbridge.wire.StoreCodec;
import dev.imsbridge.wire.TableTopics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Stores the trees of a partition, two indexes over them, and the position of the last folded
 * record. Confined to its task's thread.
 *
 * <p>Keys, in sort order: {@code !TIME/ROOT} for each ended tree, {@code #...} for the partition,
 * {@code ROOT} for each tree, {@code ~SUB-JOB/ROOT} for each sub-job. Index entries have no value.
 * They are written and removed together with their tree.
 */
final class TreeStore {
  /** The name of the store in the topology. */
  static final String NAME = "trees";

  /** Sorts before all job ids and after the keys of the partition. */
  static final String FIRST = "$";

  /** Sorts after all job ids. */
  static final String SUB_JOB = "~";

  private static final String ENDED = "!";
  private static final String CHECKPOINT = "#checkpoint";
  private static final String TABLES = "#tables";
  private static final byte[] NO_VALUE = {};

  /** Times in index entries are padded to this length, so that the entries sort by time. */
  private static final String TIME_ZERO = "0".repeat(15);

  /** The number of bytes after which one call reads no further tree. */
  private static final int MAX_BYTES = 8 << 20;

  private final KeyValueStore<String, byte[]> store;

  TreeStore(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** Returns the tree of a root job; null if none is stored. */
  JobTree tree(String rootJobId) {
    byte[] bytes = store.get(rootJobId);
    return bytes == null ? null : StoreCodec.tree(bytes);
  }

  /** Writes or removes a tree and its index entries. */
  void put(LedgerEntry.Change change) {
    if (change.tree() == null) {
      store.delete(change.rootJobId());
    } else {
      store.put(change.rootJobId(), change.bytes());
    }
    if (!sameEntries(change.before(), change.tree())) {
      index(entries(change.before()), entries(change.tree()));
    }
  }

  private static boolean sameEntries(JobTree before, JobTree now) {
    return before != null
        && now != null
        && Objects.equals(before.endedAt(), now.endedAt())
        && before.nodes().keySet().equals(now.nodes().keySet());
  }

  /** Removes a tree and its index entries. */
  void forget(JobTree tree) {
    store.delete(tree.rootJobId());
    index(entries(tree), Set.of());
  }

  private void index(Set<String> before, Set<String> now) {
    before.stream().filter(key -> !now.contains(key)).forEach(store::delete);
    now.stream().filter(key -> !before.contains(key)).forEach(key -> store.put(key, NO_VALUE));
  }

  private static Set<String> entries(JobTree tree) {
    Set<String> keys = new LinkedHashSet<>();
    if (tree != null) {
      String root = tree.rootJobId();
      tree.nodes().keySet().stream()
          .filter(id -> !id.equals(root))
          .forEach(id -> keys.add(subJob(id) + root));
      if (tree.ended()) {
        keys.add(ended(tree.endedAt()) + "/" + root);
      }
    }
    return keys;
  }

  /** The prefix of a sub-job's index entry; the id of the root job follows. */
  static String subJob(String id) {
    return SUB_JOB + id + "/";
  }

  private static String ended(Instant at) {
    String millis = Long.toString(at.toEpochMilli());
    return ENDED + TIME_ZERO.substring(millis.length()) + millis;
  }

  /** Returns the id of the root job in an index entry. */
  static String root(String entry) {
    return entry.substring(entry.indexOf('/') + 1);
  }

  /**
   * Returns the position of the last folded record and the head of the audit chain; null before the
   * first record.
   */
  Checkpoint checkpoint() {
    byte[] bytes = store.get(CHECKPOINT);
    return bytes == null ? null : StoreCodec.checkpoint(bytes);
  }

  void put(Checkpoint checkpoint) {
    store.put(CHECKPOINT, StoreCodec.encode(checkpoint));
  }

  /**
   * Returns the ids of the {@code watches} and {@code status} topics; null before they were first
   * looked up.
   */
  TableTopics tables() {
    byte[] bytes = store.get(TABLES);
    return bytes == null ? null : StoreCodec.tables(bytes);
  }

  void put(TableTopics tables) {
    store.put(TABLES, StoreCodec.encode(tables));
  }

  /** Returns up to {@code limit} trees that ended at or before {@code latest}, oldest first. */
  List<JobTree> endedBy(Instant latest, int limit) {
    List<JobTree> trees = new ArrayList<>();
    if (latest.isBefore(Instant.EPOCH)) {
      return trees;
    }
    long read = 0;
    try (KeyValueIterator<String, byte[]> entries = store.range(ENDED, ended(latest) + SUB_JOB)) {
      while (entries.hasNext() && trees.size() < limit && read < MAX_BYTES) {
        byte[] bytes = store.get(root(entries.next().key));
        read += bytes.length;
        trees.add(StoreCodec.tree(bytes));
      }
    }
    return trees;
  }

  /**
   * Reads a batch of trees, ordered by id.
   *
   * @param next the first id to read; {@link #FIRST} for all trees
   * @param limit the maximum size of {@code found}
   * @param found receives the trees
   * @return the first id of the next batch; null if no trees remain
   */
  String scan(String next, int limit, List<JobTree> found) {
    long read = 0;
    try (KeyValueIterator<String, byte[]> trees = store.range(next, SUB_JOB)) {
      while (trees.hasNext()) {
        if (found.size() == limit || read >= MAX_BYTES) {
          return trees.peekNextKey();
        }
        KeyValue<String, byte[]> tree = trees.next();
        read += tree.value.length;
        found.add(StoreCodec.tree(tree.value));
      }
    }
    return null;
  }
}
