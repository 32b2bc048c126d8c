/**
 * Replays published events from a position or a time: filtered, optionally in time order and with a
 * limited rate, printed or written to a topic.
 *
 * <p>Start with {@link dev.imsbridge.history.replay.Replay}.
 */
package dev.imsbridge.history.replay;
