/**
 * The benchmarks of the topology beside a bare one: throughput, CPU and latency.
 *
 * <p>Start with {@code TopologyPair}.
 */
package dev.imsbridge.bench.topology;
