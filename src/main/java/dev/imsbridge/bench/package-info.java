/**
 * The benchmarks behind {@code imsbridge bench}: each measures one part with a known load and
 * prints a report. Each package inside has the benchmarks of one part.
 *
 * <p>Not used by the running bridge. Start with {@link dev.imsbridge.bench.BenchCommand}, which
 * lists them.
 */
package dev.imsbridge.bench;
