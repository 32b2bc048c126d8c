package dev.imsbridge.topology;

/**
 * An audit entry and the partition of its chain. The entry is written to that partition,
 * independent of its key.
 */
record ChainedEntry(int partition, byte[] value) {}
