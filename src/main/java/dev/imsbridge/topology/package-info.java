/**
 * Requests and observations in, events out: the Kafka Streams application around the fold.
 *
 * <p>May know {@code job}, {@code wire}, kafka-streams and RocksDB; it never asks IMS. Start with
 * {@link dev.imsbridge.topology.BridgeTopology}, then {@link dev.imsbridge.topology.FoldProcessor};
 * {@link dev.imsbridge.topology.TopologyService} runs it.
 */
package dev.imsbridge.topology;
