package dev.imsbridge.topology;

import dev.imsbridge.job.JobTree;
import dev.imsbridge.wire.Checkpoint;
import dev.imsbridge.wire.Recording;
import dev.imsbridge.wire.StoreCodec;
import dev.imsbridge.wire.TableTopics;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The store in terms of trees, two indexes over them, and how far the partition was read. Confined
 * to its task's thread.
 *
 * <p>Keys, in their order: {@code !TIME/ROOT} for each ended tree, {@code #...} for the partition
 * itself, {@code ROOT} for each tree, {@code ~SUB-JOB/ROOT} for each sub-job. An index entry has no
 * value; it is written and removed together with its tree.
 */
final class TreeStore {
  /** Sorts before all job ids and behind the partition's own keys. */
  static final String FIRST = "$";

  /** Sorts after all job ids. */
  static final String SUB_JOB = "~";

  private static final String ENDED = "!";
  private static final String CHECKPOINT = "#checkpoint";
  private static final String TABLES = "#tables";
  private static final byte[] NOTHING = {};

  /** What one look at the store may read. */
  private static final int MAX_BYTES = 8 << 20;

  private final KeyValueStore<String, byte[]> store;

  TreeStore(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** The tree of a root job; null when none is known. */
  JobTree tree(String rootJobId) {
    byte[] bytes = store.get(rootJobId);
    return bytes == null ? null : StoreCodec.tree(bytes);
  }

  /** Writes or removes a tree, and its index entries. */
  void put(Recording.Stored stored) {
    if (stored.tree() == null) {
      store.delete(stored.rootJobId());
    } else {
      store.put(stored.rootJobId(), stored.bytes());
    }
    index(entries(stored.before()), entries(stored.tree()));
  }

  /** Removes a tree. */
  void forget(JobTree tree) {
    store.delete(tree.rootJobId());
    index(entries(tree), Set.of());
  }

  private void index(Set<String> before, Set<String> now) {
    if (!before.equals(now)) {
      before.stream().filter(key -> !now.contains(key)).forEach(store::delete);
      now.stream().filter(key -> !before.contains(key)).forEach(key -> store.put(key, NOTHING));
    }
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

  /** With the id of a root job behind it the index entry of a sub-job. */
  static String subJob(String id) {
    return SUB_JOB + id + "/";
  }

  private static String ended(Instant at) {
    return ENDED + String.format(Locale.ROOT, "%015d", at.toEpochMilli());
  }

  /** The id of the root job in an index entry. */
  static String root(String entry) {
    return entry.substring(entry.indexOf('/') + 1);
  }

  /** How far the partition has been folded; null before the first record. */
  Checkpoint checkpoint() {
    byte[] bytes = store.get(CHECKPOINT);
    return bytes == null ? null : StoreCodec.checkpoint(bytes);
  }

  void put(Checkpoint checkpoint) {
    store.put(CHECKPOINT, StoreCodec.encode(checkpoint));
  }

  /** The topics that show the trees; null before they were first seen. */
  TableTopics tables() {
    byte[] bytes = store.get(TABLES);
    return bytes == null ? null : StoreCodec.tables(bytes);
  }

  void put(TableTopics tables) {
    store.put(TABLES, StoreCodec.encode(tables));
  }

  /** Up to {@code limit} of the trees that ended first, none of them later than {@code latest}. */
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
   * Some trees in the order of their ids.
   *
   * @param next the id to begin with; {@link #FIRST} for all
   * @param found takes the trees
   * @return the id to begin with the next time; null when there are no more
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
