/**
 * The commands that read the past: history, replay, rebuild, audit and dead letters.
 *
 * <p>Start with {@link dev.imsbridge.cli.past.HistoryCommand}.
 */
package dev.imsbridge.cli.past;
