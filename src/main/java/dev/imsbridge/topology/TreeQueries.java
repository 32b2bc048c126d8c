package dev.imsbridge.topology;

import dev.imsbridge.job.JobId;
import dev.imsbridge.job.JobTree;
import dev.imsbridge.wire.RootPartition;
import dev.imsbridge.wire.StoreCodec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
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
 * Reads the job trees of this instance and finds the owners of other trees. Thread-safe. Its
 * methods read the disk and must not be called on an event loop.
 *
 * <p>Only active, restored partitions are read, and an unreadable tree is never reported as absent.
 * A change is visible when its transaction is committed, by default within about 100 ms.
 */
public final class TreeQueries {

  /**
   * A page of trees, ordered by id.
   *
   * @param trees the matching trees
   * @param lastExamined the id of the last tree examined; null if no trees remain
   * @param partitions the partitions that were read
   */
  public record Page(List<JobTree> trees, String lastExamined, Set<Integer> partitions) {}

  /**
   * The result of a search for the tree of a sub-job.
   *
   * @param tree the tree; null if not found
   * @param partitions the partitions that were searched
   */
  public record Search(JobTree tree, Set<Integer> partitions) {}

  /**
   * Thrown if the tree cannot be read now because its partition is moving or being restored. The
   * caller should retry shortly.
   */
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
   * Reads the state of a started topology. Does not close it.
   *
   * @param topology the started topology
   * @param self the address of this instance, its {@code application.server}
   * @param partitions the number of partitions of the observations topic
   */
  public TreeQueries(TopologyService topology, HostInfo self, int partitions) {
    this.streams = topology.streams();
    this.self = self;
    this.partitions = partitions;
  }

  /** The number of partitions of the observations topic. */
  public int partitions() {
    return partitions;
  }

  /** The other known instances that own partitions. Empty if the topology is not running. */
  public Set<HostInfo> others() {
    try {
      return streams.streamsMetadataForStore(TreeStore.NAME).stream()
          .filter(each -> !each.topicPartitions().isEmpty())
          .map(StreamsMetadata::hostInfo)
          .filter(host -> !host.equals(self) && !host.equals(HostInfo.unavailable()))
          .collect(Collectors.toSet());
    } catch (IllegalStateException e) {
      return Set.of();
    }
  }

  /**
   * All other known instances, including those that own no partition. Empty if the topology is not
   * running.
   */
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
   * Returns the owner of each partition that the topology reads, as Kafka Streams assigned it last.
   * Empty while partitions move.
   */
  public Map<TopicPartition, HostInfo> assignment() {
    Map<TopicPartition, HostInfo> owners = new HashMap<>();
    try {
      for (StreamsMetadata instance : streams.metadataForAllStreamsClients()) {
        instance.topicPartitions().forEach(each -> owners.put(each, instance.hostInfo()));
      }
    } catch (IllegalStateException e) {
      return Map.of();
    }
    return owners;
  }

  /**
   * Returns the owner of the tree of a root job, even if no such tree exists. Empty if the owner is
   * currently unknown.
   */
  public Optional<HostInfo> owner(String rootJobId) {
    try (StringSerializer serializer = new StringSerializer()) {
      KeyQueryMetadata metadata =
          streams.queryMetadataForKey(TreeStore.NAME, rootJobId, serializer);
      return Optional.ofNullable(metadata)
          .filter(known -> !known.equals(KeyQueryMetadata.NOT_AVAILABLE))
          .map(KeyQueryMetadata::activeHost)
          .filter(host -> !host.equals(HostInfo.unavailable()));
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
  }

  /** Whether an address is that of this instance. */
  public boolean isSelf(HostInfo host) {
    return host.equals(self);
  }

  /**
   * Returns the tree of a root job; empty if it does not exist. The store also has keys that are
   * not job ids, such as index entries. They are never read as trees.
   *
   * @throws UnavailableException if this instance does not own the partition or has not restored it
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

  /** Searches the partitions of this instance for the tree of a sub-job. */
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
        // The result does not list this partition as searched.
        LOG.trace("partition {} is not owned, is moving or is being restored", partition, e);
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
   * Returns trees of this instance, ordered by id.
   *
   * @param after the exclusive lower bound of the ids; "" for the first page
   * @param limit the maximum number of trees to return
   * @param maxExamined the maximum number of trees to examine
   * @param wanted selects the trees to return
   */
  public Page page(String after, int limit, int maxExamined, Predicate<JobTree> wanted) {
    String from = after.isEmpty() ? TreeStore.FIRST : after + '\0';
    Set<Integer> readable = new TreeSet<>();
    List<Cursor> open = new ArrayList<>();
    try {
      for (int partition = 0; partition < partitions; partition++) {
        try {
          open.add(new Cursor(open(partition).range(from, TreeStore.SUB_JOB)));
          readable.add(partition);
        } catch (InvalidStateStoreException | IllegalStateException e) {
          LOG.trace("partition {} is not owned, is moving or is being restored", partition, e);
        }
      }
      return merge(after, limit, maxExamined, wanted, open, readable);
    } catch (InvalidStateStoreException e) {
      // A partition moved away during the read.
      return new Page(List.of(), null, Set.of());
    } finally {
      open.forEach(Cursor::close);
    }
  }

  private static Page merge(
      String after,
      int limit,
      int maxExamined,
      Predicate<JobTree> wanted,
      List<Cursor> open,
      Set<Integer> readable) {
    PriorityQueue<Cursor> next = new PriorityQueue<>(Comparator.comparing(Cursor::key));
    open.stream().filter(Cursor::hasNext).forEach(next::add);
    List<JobTree> trees = new ArrayList<>();
    String lastExamined = after;
    for (int examined = 0;
        !next.isEmpty() && examined < maxExamined && trees.size() < limit;
        examined++) {
      Cursor first = next.remove();
      KeyValue<String, byte[]> entry = first.trees.next();
      lastExamined = entry.key;
      JobTree tree = StoreCodec.tree(entry.value);
      if (wanted.test(tree)) {
        trees.add(tree);
      }
      if (first.hasNext()) {
        next.add(first);
      }
    }
    return new Page(trees, next.isEmpty() ? null : lastExamined, readable);
  }

  private ReadOnlyKeyValueStore<String, byte[]> open(int partition) {
    return streams.store(
        StoreQueryParameters.fromNameAndType(
                TreeStore.NAME, QueryableStoreTypes.<String, byte[]>keyValueStore())
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
