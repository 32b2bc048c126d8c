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
 * The native memory that all stores of a topology share, for blocks, indexes, Bloom filters and
 * write buffers. Without sharing, the store of each partition uses up to 98 MiB, plus its indexes
 * and filters.
 *
 * <p>Thread-safe. The limit is soft: a read never fails because the cache is full. Must be closed
 * after the stores of the topology.
 */
final class StateMemory implements AutoCloseable {
  /** The configuration key that passes the instance to {@link Setter}. */
  static final String CONFIG = "imsbridge.state.memory";

  private static final double SHARE_OF_INDEXES_AND_FILTERS = 0.2;

  private final Cache cache;
  private final WriteBufferManager writeBuffers;

  /**
   * @param bytes the limit in bytes; write buffers use at most half of it
   */
  StateMemory(long bytes) {
    RocksDB.loadLibrary();
    cache = new LRUCache(bytes, -1, false, SHARE_OF_INDEXES_AND_FILTERS);
    writeBuffers = new WriteBufferManager(bytes / 2, cache);
  }

  @Override
  public void close() {
    writeBuffers.close();
    cache.close();
  }

  /** Configures each store to use the shared memory. Created by Kafka Streams. */
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

    /** Does nothing: the objects are shared with the other stores. */
    @Override
    public void close(String store, Options options) {}
  }
}
