package dev.imsbridge.topology;

import dev.imsbridge.job.JobTree;
import dev.imsbridge.wire.AuditChain;
import dev.imsbridge.wire.StoreCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The store in terms of trees and the chain's head. Confined to its task's thread. */
final class TreeStore {
  /** No job id has this form, and it sorts before all of them. */
  static final String HEAD = "#head";

  private final KeyValueStore<String, byte[]> store;

  TreeStore(KeyValueStore<String, byte[]> store) {
    this.store = store;
  }

  /** The tree of a root job; null when none is known. */
  JobTree tree(String rootJobId) {
    byte[] bytes = store.get(rootJobId);
    return bytes == null ? null : StoreCodec.tree(bytes);
  }

  void put(String rootJobId, byte[] tree) {
    store.put(rootJobId, tree);
  }

  AuditChain.Head head() {
    byte[] bytes = store.get(HEAD);
    return bytes == null ? AuditChain.Head.START : StoreCodec.head(bytes);
  }

  void put(AuditChain.Head head) {
    store.put(HEAD, StoreCodec.encode(head));
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
    try (KeyValueIterator<String, byte[]> trees = store.range(from, null)) {
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
