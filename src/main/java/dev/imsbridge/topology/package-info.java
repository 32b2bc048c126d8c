/**
 * The Kafka Streams application around the fold: it reads requests and observations and publishes
 * events.
 *
 * <p>May depend on {@code job}, {@code wire}, {@code ledger}, Kafka Streams and RocksDB. It never
 * calls IMS.
 *
 * <p>Start with {@link dev.imsbridge.topology.BridgeTopology}, then {@link
 * dev.imsbridge.topology.FoldProcessor}. {@link dev.imsbridge.topology.TopologyService} runs the
 * topology.
 */
package dev.imsbridge.topology;
