package dev.imsbridge.web.stream;

import dev.imsbridge.history.EventLayout;
import java.util.List;
import java.util.Optional;

/**
 * The most recent events, up to a number of bytes. A client that resumes at one of them needs no
 * separate consumer. A slow client costs no memory: it {@linkplain #lost loses its place} when the
 * events that it has not read are evicted.
 *
 * <p>Written by one thread, read by any.
 */
final class RecentEvents {

  /**
   * The end of the chain.
   *
   * @param position the position after {@code last}; must not be modified
   */
  record End(StreamEvent last, long[] position, String id) {}

  /**
   * A place in the chain from which a client continues.
   *
   * @param place the event before the first one to send; follow its links
   * @param start the position of the chain at {@code place}
   */
  record Joined(StreamEvent place, long[] start) {}

  private final EventLayout layout;
  private final long capacity;
  private final long[] start;
  private StreamEvent before = StreamEvent.beginning();
  private volatile long gone;
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
    this.end = new End(before, position.clone(), StreamPosition.encode(layout, position));
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
    end = new End(last, position.clone(), StreamPosition.encode(layout, position));
    while (last.through() - before.through() > capacity && before != last) {
      before = before.next();
      start[before.partition()] = before.offset() + 1;
    }
    gone = before.through();
  }

  /** Returns the place for a position; empty if events after the position have been evicted. */
  synchronized Optional<Joined> join(long[] position) {
    for (int i = 0; i < start.length; i++) {
      if (position[i] < start[i]) {
        return Optional.empty();
      }
    }
    return Optional.of(new Joined(before, start.clone()));
  }

  /** Returns whether events after this one have been evicted. */
  boolean lost(StreamEvent place) {
    return place.through() < gone;
  }

  /** Marks the end: no more events will be appended. */
  void finish() {
    ended = true;
  }

  boolean ended() {
    return ended;
  }
}
