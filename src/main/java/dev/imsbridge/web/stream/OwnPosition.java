package dev.imsbridge.web.stream;

import dev.imsbridge.history.EventLayout;
import java.util.BitSet;

/**
 * The position of a client that is ahead of the shared chain in some partitions.
 *
 * <p>This happens if the client read events in another order: from another instance, or from the
 * topics while it was caught up. The client must not receive these events twice. Until the chain
 * has caught up, the event ids of the client differ from those of the chain. Owned by the client's
 * event loop.
 */
final class OwnPosition {
  /** The position of a client that is equal to the position of the chain. */
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
   * @param start the position of the chain
   * @param position the position of the client, in no partition before {@code start}
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

  /** Returns {@link #SHARED} if the chain has caught up, otherwise this. */
  OwnPosition orShared() {
    return shared() ? SHARED : this;
  }

  /**
   * Advances past an event of the chain.
   *
   * @return whether the event is new to the client
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

  /**
   * Advances to the end of the chain.
   *
   * @param position the position of the chain after its last event
   */
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
