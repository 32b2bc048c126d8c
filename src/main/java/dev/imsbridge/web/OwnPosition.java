package dev.imsbridge.web;

import dev.imsbridge.history.EventLayout;
import java.util.BitSet;

/**
 * Where a client stands that is ahead of the shared chain in some partitions: at another instance,
 * or with a reader of its own, it got their events in another order. It must not get them again,
 * and until the chain has caught up its ids are not those of the chain. Owned by the client's event
 * loop.
 */
final class OwnPosition {
  /** That of a client who stands where the chain does. */
  static final OwnPosition SHARED = new OwnPosition(null, new long[0], new BitSet());

  private final EventLayout layout;
  private final long[] next;
  private final BitSet ahead;

  private OwnPosition(EventLayout layout, long[] next, BitSet ahead) {
    this.layout = layout;
    this.next = next;
    this.ahead = ahead;
  }

  /**
   * @param start where the chain stands
   * @param position where the client stands, nowhere before that
   */
  static OwnPosition of(EventLayout layout, long[] start, long[] position) {
    BitSet ahead = new BitSet();
    for (int i = 0; i < start.length; i++) {
      ahead.set(i, position[i] > start[i]);
    }
    return new OwnPosition(layout, position.clone(), ahead).orShared();
  }

  boolean shared() {
    return ahead.isEmpty();
  }

  /** This, or {@link #SHARED} once the chain has caught up. */
  OwnPosition orShared() {
    return shared() ? SHARED : this;
  }

  /**
   * Moves past an event of the chain.
   *
   * @return whether the client has not had it
   */
  boolean passes(StreamEvent event) {
    if (shared()) {
      return true;
    }
    int partition = event.partition();
    boolean news = event.offset() >= next[partition];
    if (event.offset() + 1 >= next[partition]) {
      next[partition] = event.offset() + 1;
      ahead.clear(partition);
    }
    return news;
  }

  /** This, after all of the chain, which stands there. */
  OwnPosition at(long[] position) {
    for (int i = 0; i < next.length; i++) {
      if (position[i] >= next[i]) {
        next[i] = position[i];
        ahead.clear(i);
      }
    }
    return orShared();
  }

  String id() {
    return StreamPosition.encode(layout, next);
  }
}
