package dev.imsbridge.web.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.imsbridge.history.EventTail;
import dev.imsbridge.history.PublishedEvent;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An event with its encoded bytes, which are shared by all clients, and its filter attributes.
 * Events form a chain in the order in which they were read. Any number of clients follow the chain
 * at their own pace. Events that no client has yet to read can be garbage-collected.
 *
 * <p>Immutable except for the link to the next event. The reading thread sets the link once; any
 * thread may follow it.
 */
public final class StreamEvent {

  /** The attributes of an event that filters use. */
  record Facts(
      String kind,
      String jobId,
      String rootJobId,
      String type,
      String status,
      String project,
      String region,
      Map<String, String> labels) {

    static Facts of(PublishedEvent event) {
      Map<String, String> labels = new TreeMap<>();
      JsonNode given = event.data().path("labels");
      given.properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
      return new Facts(
          event.completion() ? "completion" : "transition",
          event.jobId(),
          event.rootJobId(),
          event.text("job_type"),
          event.status(),
          event.text("project_id"),
          event.text("region"),
          labels);
    }
  }

  private static final String ID = "id: ";

  private final int partition;
  private final long offset;
  private final Facts facts;
  private final Buffer bytes;
  private final int idLength;
  private volatile StreamEvent next;
  private long through;

  private StreamEvent(int partition, long offset, Facts facts, Buffer bytes, int idLength) {
    this.partition = partition;
    this.offset = offset;
    this.facts = facts;
    this.bytes = bytes;
    this.idLength = idLength;
  }

  /**
   * @param partition the index of its partition in the layout
   * @param position the position of the stream after it
   */
  public static StreamEvent of(PublishedEvent event, int partition, long offset, String position) {
    Facts facts = Facts.of(event);
    String id = id(position);
    String text = id + "event: " + facts.kind() + "\ndata: " + event.json() + "\n\n";
    return new StreamEvent(
        partition, offset, facts, Buffer.buffer(text.getBytes(UTF_8)), id.length());
  }

  /** Returns the next events. Waits up to the given time if there are none. */
  static List<StreamEvent> next(EventTail tail, Duration wait) {
    List<StreamEvent> events = new ArrayList<>();
    tail.next(
        wait,
        (event, partition, offset) ->
            events.add(
                of(
                    event,
                    partition,
                    offset,
                    StreamPosition.encode(tail.layout(), tail.position()))));
    return events;
  }

  /** Returns the head of a new chain, which carries no event. */
  static StreamEvent beginning() {
    return new StreamEvent(0, -1, null, Buffer.buffer(), 0);
  }

  /** Returns the {@code id} line with a position. */
  static String id(String position) {
    return ID + position + "\n";
  }

  int partition() {
    return partition;
  }

  long offset() {
    return offset;
  }

  Facts facts() {
    return facts;
  }

  int size() {
    return bytes.length();
  }

  /** Returns the encoded event. The buffer is shared and must not be modified. */
  Buffer bytes() {
    return bytes;
  }

  /** Returns the position of the stream after this event. */
  String position() {
    return bytes.getString(ID.length(), idLength - 1);
  }

  /** Returns the encoded event without its id, for a client with its own position. */
  Buffer withoutId() {
    return bytes.slice(idLength, bytes.length());
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
    event.through = through + event.size();
    next = event;
  }
}
