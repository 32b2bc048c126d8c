package dev.imsbridge.web;

import dev.imsbridge.history.EventLayout;
import java.util.List;
import java.util.Optional;

/**
 * The last events that were read, up to a number of bytes, so that a client which resumes a little
 * behind needs no consumer of its own. Being slow costs a client no memory here: who falls behind
 * the oldest event that is kept has {@linkplain #lost lost its place}.
 *
 * <p>Written by one thread, asked by any.
 */
final class RecentEvents {

  /**
   * The end of the chain.
   *
   * @param position where the stream stands after {@code last}; not to be changed
   */
  record End(StreamEvent last, long[] position, String id) {}

  /**
   * A place to go on from.
   *
   * @param place follow its links
   * @param start what the chain after the place begins with
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
   * @param capacity bytes of events
   * @param position where the stream begins
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

  /** Adds events, in order, and lets the oldest go. */
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

  /** A place to go on from that position; empty when what follows it is not kept any more. */
  synchronized Optional<Joined> join(long[] position) {
    for (int i = 0; i < start.length; i++) {
      if (position[i] < start[i]) {
        return Optional.empty();
      }
    }
    return Optional.of(new Joined(before, start.clone()));
  }

  /** Whether events that follow this one were let go. */
  boolean lost(StreamEvent place) {
    return place.through() < gone;
  }

  /** Says that nothing will be added any more. */
  void finish() {
    ended = true;
  }

  boolean ended() {
    return ended;
  }
}
