package dev.imsbridge.web.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.EventTail;
import dev.imsbridge.history.PublishedEvent;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * An event with its encoded bytes, which are shared by all clients, and the attributes that filters
 * use. Events form a chain in the order in which they were read. Any number of clients follow the
 * chain at their own pace. Events that no client has yet to read can be garbage-collected.
 *
 * <p>Immutable except for the link to the next event. The reading thread sets the link once; any
 * thread may follow it.
 */
final class StreamEvent {
  private final int partition;
  private final long offset;
  private final Set<String> attributes;
  private final Buffer bytes;
  private volatile StreamEvent next;
  private long through;

  private StreamEvent(int partition, long offset, Set<String> attributes, Buffer bytes) {
    this.partition = partition;
    this.offset = offset;
    this.attributes = attributes;
    this.bytes = bytes;
  }

  /**
   * @param partition the index of its partition in the layout
   */
  static StreamEvent of(PublishedEvent event, int partition, long offset) {
    String text = "event: " + EventFilter.kind(event) + "\ndata: " + event.json() + "\n\n";
    return new StreamEvent(
        partition, offset, EventFilter.attributes(event), Buffer.buffer(text.getBytes(UTF_8)));
  }

  /**
   * Returns the next events. Waits up to the given time if there are none.
   *
   * @param each receives each event
   */
  static List<StreamEvent> next(EventTail tail, Duration wait, Consumer<PublishedEvent> each) {
    List<StreamEvent> events = new ArrayList<>();
    tail.next(
        wait,
        (event, partition, offset) -> {
          events.add(of(event, partition, offset));
          each.accept(event);
        });
    return events;
  }

  /** Returns the head of a new chain, which carries no event. */
  static StreamEvent beginning() {
    return new StreamEvent(0, -1, Set.of(), Buffer.buffer());
  }

  int partition() {
    return partition;
  }

  long offset() {
    return offset;
  }

  /** Returns the attributes as defined by {@link EventFilter#attributes}. */
  Set<String> attributes() {
    return attributes;
  }

  /** Returns the event as it is sent, without its id. The buffer must not be modified. */
  Buffer bytes() {
    return bytes;
  }

  /** Returns the next event; null if it has not been read yet. */
  StreamEvent next() {
    return next;
  }

  /** Returns the size of the chain in bytes up to and including this event. */
  long through() {
    return through;
  }

  void append(StreamEvent event) {
    event.through = through + event.bytes.length();
    next = event;
  }
}
