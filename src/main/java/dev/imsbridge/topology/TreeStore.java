package dev.imsbridge.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.job.JobTree;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.Recording;
import dev.imsbridge.wire.StoreCodec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The store in terms of trees, the roots of sub-jobs, and the chain's head. Confined to its task's
 * thread.
 */
final class TreeStore {
  /** No job id has this form, and it sorts before all of them. */
  static final String HEAD = "#head";

  /** With a sub-job's id behind it the key of its root's id; sorts after all job ids. */
  static final String ROOT_OF = "~";

  private final KeyValueStore<String, byte[]> store;
  private AuditChain.Head head;

  TreeStore(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** The tree of a root job; null when none is known. */
  JobTree tree(String rootJobId) {
    byte[] bytes = store.get(rootJobId);
    return bytes == null ? null : StoreCodec.tree(bytes);
  }

  /** Writes a tree, and where its new sub-jobs belong. */
  void put(Recording.Stored stored) {
    store.put(stored.rootJobId(), stored.bytes());
    Set<String> before = subJobs(stored.before());
    Set<String> now = subJobs(stored.tree());
    if (!before.equals(now)) {
      before.stream().filter(id -> !now.contains(id)).forEach(id -> unlink(id, stored.rootJobId()));
      byte[] root = stored.rootJobId().getBytes(UTF_8);
      now.stream().filter(id -> !before.contains(id)).forEach(id -> store.put(ROOT_OF + id, root));
    }
  }

  /** Removes a tree, and where its sub-jobs belong. */
  void forget(JobTree tree) {
    store.delete(tree.rootJobId());
    subJobs(tree).forEach(id -> unlink(id, tree.rootJobId()));
  }

  private static Set<String> subJobs(JobTree tree) {
    if (tree == null) {
      return Set.of();
    }
    Set<String> ids = new LinkedHashSet<>(tree.nodes().keySet());
    ids.remove(tree.rootJobId());
    return ids;
  }

  // A later tree may have the same sub-job.
  private void unlink(String subJobId, String rootJobId) {
    byte[] root = store.get(ROOT_OF + subJobId);
    if (root != null && new String(root, UTF_8).equals(rootJobId)) {
      store.delete(ROOT_OF + subJobId);
    }
  }

  /** Where the partition's chain stands: read once, since nobody but this task moves it. */
  AuditChain.Head head() {
    if (head == null) {
      byte[] bytes = store.get(HEAD);
      head = bytes == null ? AuditChain.Head.START : StoreCodec.head(bytes);
    }
    return head;
  }

  void put(AuditChain.Head moved) {
    store.put(HEAD, StoreCodec.encode(moved));
    head = moved;
  }

  /**
   * Looks at up to {@code limit} trees in the order of their keys.
   *
   * @param after where the last look ended; null to begin
   * @param found takes the trees that {@code wanted} accepts
   * @return where this look ended; null when it came to the end
   */
  String scan(String after, int limit, Predicate<JobTree> wanted, List<JobTree> found) {
    List<String> seen = new ArrayList<>(1);
    String from = after == null ? HEAD + '\0' : after + '\0';
    try (KeyValueIterator<String, byte[]> trees = store.range(from, ROOT_OF)) {
      int looked = 0;
      while (trees.hasNext()) {
        KeyValue<String, byte[]> next = trees.next();
        JobTree tree = StoreCodec.tree(next.value);
        if (wanted.test(tree)) {
          found.add(tree);
        }
        if (++looked == limit) {
          seen.add(next.key);
          break;
        }
      }
    }
    return seen.isEmpty() ? null : seen.get(0);
  }
}
