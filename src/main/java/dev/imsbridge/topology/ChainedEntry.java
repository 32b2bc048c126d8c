package dev.imsbridge.topology;

/**
 * An audit entry on its way to its partition: that of the chain it belongs to, whatever its key.
 */
record ChainedEntry(int partition, byte[] value) {}
