package dev.imsbridge.topology;

import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.StoreCodec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KeyQueryMetadata;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.HostInfo;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the job trees that this instance keeps, and says who keeps the others. Thread-safe; reads
 * the disk, so not for an event loop.
 *
 * <p>Only active, restored partitions are read: nothing stale is given, and what cannot be read now
 * is never taken for absent. Changes show as soon as they are made, some 100 ms before their
 * transaction is committed.
 */
public final class TreeQueries {

  /**
   * Some trees in the order of their ids.
   *
   * @param lookedTo the id up to and with which trees were looked at; null when that was all
   * @param partitions those looked at
   */
  public record Page(List<JobTree> trees, String lookedTo, Set<Integer> partitions) {}

  /**
   * A search for the tree that a sub-job belongs to.
   *
   * @param tree null when none was found
   * @param partitions those searched
   */
  public record Search(JobTree tree, Set<Integer> partitions) {}

  /** It cannot be read now: its partition moves, or is being restored. Worth another try soon. */
  public static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnavailableException(Throwable cause) {
      super("the state is moving to another instance or being restored", cause, false, false);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(TreeQueries.class);

  private final KafkaStreams streams;
  private final HostInfo self;
  private final int partitions;

  /**
   * Of a topology that was started; it stays the caller's.
   *
   * @param self the address other instances know this one by: its {@code application.server}
   * @param partitions of the observations topic
   */
  public TreeQueries(TopologyService topology, HostInfo self, int partitions) {
    this.streams = topology.streams();
    this.self = self;
    this.partitions = partitions;
  }

  /** How many partitions there are. */
  public int partitions() {
    return partitions;
  }

  /** The other instances, as far as they are known at present. */
  public Set<HostInfo> others() {
    try {
      return streams.streamsMetadataForStore(BridgeTopology.STORE).stream()
          .filter(each -> !each.topicPartitions().isEmpty())
          .map(StreamsMetadata::hostInfo)
          .filter(host -> !host.equals(self) && !host.equals(HostInfo.unavailable()))
          .collect(Collectors.toSet());
    } catch (IllegalStateException e) {
      return Set.of();
    }
  }

  /** All other instances, as far as they are known, those included that keep nothing at present. */
  public Set<HostInfo> instances() {
    try {
      return streams.metadataForAllStreamsClients().stream()
          .map(StreamsMetadata::hostInfo)
          .filter(host -> !host.equals(self) && !host.equals(HostInfo.unavailable()))
          .collect(Collectors.toSet());
    } catch (IllegalStateException e) {
      return Set.of();
    }
  }

  /**
   * Who keeps the tree of a root job, whether there is one or not; empty when nobody does at
   * present.
   */
  public Optional<HostInfo> owner(String rootJobId) {
    try (StringSerializer serializer = new StringSerializer()) {
      KeyQueryMetadata metadata =
          streams.queryMetadataForKey(BridgeTopology.STORE, rootJobId, serializer);
      return Optional.ofNullable(metadata)
          .filter(known -> !known.equals(KeyQueryMetadata.NOT_AVAILABLE))
          .map(KeyQueryMetadata::activeHost)
          .filter(host -> !host.equals(HostInfo.unavailable()));
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
  }

  /** Whether an address is this instance's own. */
  public boolean isSelf(HostInfo host) {
    return host.equals(self);
  }

  /**
   * The tree of a root job whose partition this instance keeps; empty when there is none. The store
   * has keys that are no job ids, such as index entries: these are never read as trees.
   *
   * @throws UnavailableException when this instance does not keep it, or not yet
   */
  public Optional<JobTree> tree(String rootJobId) throws UnavailableException {
    if (!JobId.valid(rootJobId)) {
      return Optional.empty();
    }
    try {
      byte[] bytes = open(RootPartition.of(rootJobId, partitions)).get(rootJobId);
      return Optional.ofNullable(bytes).map(StoreCodec::tree);
    } catch (InvalidStateStoreException | IllegalStateException e) {
      throw new UnavailableException(e);
    }
  }

  /** Searches what this instance keeps for the tree of a sub-job. */
  public Search treeOf(String subJobId) {
    Set<Integer> searched = new TreeSet<>();
    for (int partition = 0; partition < partitions; partition++) {
      try {
        ReadOnlyKeyValueStore<String, byte[]> store = open(partition);
        byte[] bytes = treeOf(subJobId, store);
        searched.add(partition);
        if (bytes != null) {
          return new Search(StoreCodec.tree(bytes), searched);
        }
      } catch (InvalidStateStoreException | IllegalStateException e) {
        // The caller sees that it was not searched.
        LOG.trace("partition {} is another's, or on its way", partition, e);
      }
    }
    return new Search(null, searched);
  }

  private static byte[] treeOf(String subJobId, ReadOnlyKeyValueStore<String, byte[]> store) {
    String from = TreeStore.subJob(subJobId);
    try (KeyValueIterator<String, byte[]> entries = store.range(from, from + TreeStore.SUB_JOB)) {
      return entries.hasNext() ? store.get(TreeStore.root(entries.next().key)) : null;
    }
  }

  /**
   * Trees that this instance keeps, in the order of their ids.
   *
   * @param after the id to begin behind; "" for the first
   * @param limit how many are wanted
   * @param looks how many may be looked at
   */
  public Page page(String after, int limit, int looks, Predicate<JobTree> wanted) {
    String from = after.isEmpty() ? TreeStore.FIRST : after + '\0';
    Set<Integer> readable = new TreeSet<>();
    List<Cursor> open = new ArrayList<>();
    try {
      for (int partition = 0; partition < partitions; partition++) {
        try {
          open.add(new Cursor(open(partition).range(from, TreeStore.SUB_JOB)));
          readable.add(partition);
        } catch (InvalidStateStoreException | IllegalStateException e) {
          LOG.trace("partition {} is another's, or on its way", partition, e);
        }
      }
      return merge(after, limit, looks, wanted, open, readable);
    } catch (InvalidStateStoreException e) {
      // A partition left while it was read.
      return new Page(List.of(), null, Set.of());
    } finally {
      open.forEach(Cursor::close);
    }
  }

  private static Page merge(
      String after,
      int limit,
      int looks,
      Predicate<JobTree> wanted,
      List<Cursor> open,
      Set<Integer> readable) {
    PriorityQueue<Cursor> next = new PriorityQueue<>(Comparator.comparing(Cursor::key));
    open.stream().filter(Cursor::hasNext).forEach(next::add);
    List<JobTree> trees = new ArrayList<>();
    String lookedTo = after;
    for (int looked = 0; !next.isEmpty() && looked < looks && trees.size() < limit; looked++) {
      Cursor first = next.remove();
      KeyValue<String, byte[]> entry = first.trees.next();
      lookedTo = entry.key;
      JobTree tree = StoreCodec.tree(entry.value);
      if (wanted.test(tree)) {
        trees.add(tree);
      }
      if (first.hasNext()) {
        next.add(first);
      }
    }
    return new Page(trees, next.isEmpty() ? null : lookedTo, readable);
  }

  private ReadOnlyKeyValueStore<String, byte[]> open(int partition) {
    return streams.store(
        StoreQueryParameters.fromNameAndType(
                BridgeTopology.STORE, QueryableStoreTypes.<String, byte[]>keyValueStore())
            .withPartition(partition));
  }

  private record Cursor(KeyValueIterator<String, byte[]> trees) {
    boolean hasNext() {
      return trees.hasNext();
    }

    String key() {
      return trees.peekNextKey();
    }

    void close() {
      trees.close();
    }
  }
}
