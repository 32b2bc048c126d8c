/**
 * The benchmarks of polling: the cost of a GET, the memory of a watch, and the number of calls of
 * each policy.
 *
 * <p>Start with {@code BenchPollCommand}.
 */
package dev.imsbridge.bench.poll;
