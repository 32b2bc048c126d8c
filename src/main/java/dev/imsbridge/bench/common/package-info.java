/**
 * The parts that several benchmarks share: the base classes of their commands, reports, other
 * processes and sample answers.
 *
 * <p>Start with {@link dev.imsbridge.bench.common.Benchmark}.
 */
package dev.imsbridge.bench.common;
