/**
 * The benchmark of replays beside a plain consumer.
 *
 * <p>Start with {@code ReplayMeasurement}.
 */
package dev.imsbridge.bench.replay;
