package dev.imsbridge.topology;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * The native memory that all stores of one topology share: blocks, indexes, Bloom filters and write
 * buffers. Without it each partition's store takes up to 98 MiB of its own, and its indexes and
 * filters besides.
 *
 * <p>Thread-safe. The bound is soft: a read never fails because the cache is full. RocksDB's
 * objects are closed with the topology, after its stores.
 */
final class StateMemory implements AutoCloseable {
  /** The key of the instance among the settings that Kafka Streams passes to {@link Setter}. */
  static final String CONFIG = "imsbridge.state.memory";

  private static final double FOR_INDEXES_AND_FILTERS = 0.2;

  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  /**
   * @param bytes write buffers take half of them at most
   */
  StateMemory(long bytes) {
    RocksDB.loadLibrary();
    cache = new LRUCache(bytes, -1, false, FOR_INDEXES_AND_FILTERS);
    writeBuffers = new WriteBufferManager(bytes / 2, cache);
  }

  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }

  /** Gives each store its part; made by Kafka Streams. */
  public static final class Setter implements RocksDBConfigSetter {
    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
      StateMemory memory = (StateMemory) configs.get(CONFIG);
      BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
      table.setBlockCache(memory.cache);
      table.setCacheIndexAndFilterBlocks(true);
      table.setCacheIndexAndFilterBlocksWithHighPriority(true);
      table.setPinTopLevelIndexAndFilter(true);
      options.setTableFormatConfig(table);
      options.setWriteBufferManager(memory.writeBuffers);
    }

    /** The objects are shared: a store that ends must not close them. */
    @Override
    public void close(String store, Options options) {}
  }
}
