/**
 * Published events again, from a position or a time: filtered, in order, at a chosen pace, printed
 * or written to a topic.
 *
 * <p>Start with {@link dev.imsbridge.history.replay.Replay}.
 */
package dev.imsbridge.history.replay;
