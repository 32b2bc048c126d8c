package dev.imsbridge.web.stream;

import dev.imsbridge.history.EventLayout;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The chain of the most recent events, up to a number of bytes. A client that resumes at one of
 * them needs no separate consumer. A slow client costs no memory: it {@linkplain #lost loses its
 * place} when the events that it has not read are evicted.
 *
 * <p>Written by one thread, read by any.
 */
final class RecentEvents {

  /**
   * The end of the chain.
   *
   * @param position the position after {@code last}; must not be modified
   */
  record End(StreamEvent last, long[] position) {}

  private final EventLayout layout;
  private final long capacity;
  private final long[] start;
  private StreamEvent before = StreamEvent.beginning();
  private volatile long evictedThrough;
  private volatile boolean ended;
  private volatile End end;

  /**
   * @param capacity the maximum size of the events in bytes
   * @param position the position at which the stream begins
   */
  RecentEvents(EventLayout layout, long capacity, long[] position) {
    this.layout = layout;
    this.capacity = capacity;
    this.start = position.clone();
    this.end = new End(before, position.clone());
  }

  EventLayout layout() {
    return layout;
  }

  End end() {
    return end;
  }

  /** Appends events in order and evicts the oldest. */
  synchronized void append(List<StreamEvent> events, long[] position) {
    StreamEvent last = end.last();
    for (StreamEvent event : events) {
      last.append(event);
      last = event;
    }
    end = new End(last, position.clone());
    while (last.through() - before.through() > capacity && before != last) {
      before = before.next();
      start[before.partition()] = before.offset() + 1;
    }
    evictedThrough = before.through();
  }

  /**
   * Returns the place in the chain for a position: an event, after which all events from the
   * position on follow. They may follow others that are before the position. Empty if events after
   * the position have been evicted.
   */
  synchronized Optional<StreamEvent> join(long[] position) {
    boolean evicted = IntStream.range(0, start.length).anyMatch(i -> position[i] < start[i]);
    return evicted ? Optional.empty() : Optional.of(before);
  }

  /** Returns whether events after this one have been evicted. */
  boolean lost(StreamEvent place) {
    return place.through() < evictedThrough;
  }

  /** Marks the end: no more events will be appended. */
  void finish() {
    ended = true;
  }

  boolean ended() {
    return ended;
  }
}
