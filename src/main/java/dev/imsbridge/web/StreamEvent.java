package dev.imsbridge.web;

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
 * An event as clients get it: its bytes, made once for all of them, and what filters ask for.
 * Events form a chain in the order they were read, which any number of clients walk, each at its
 * own pace; what nobody stands before is garbage.
 *
 * <p>Immutable but for the link to the next one, which is set once by the thread that reads; any
 * thread may follow it.
 */
final class StreamEvent {

  /** What filters ask for. */
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
   * @param partition its index in the layout
   * @param position where the stream stands after it
   */
  static StreamEvent of(PublishedEvent event, int partition, long offset, String position) {
    Facts facts = Facts.of(event);
    String id = id(position);
    String text = id + "event: " + facts.kind() + "\ndata: " + event.json() + "\n\n";
    return new StreamEvent(
        partition, offset, facts, Buffer.buffer(text.getBytes(UTF_8)), id.length());
  }

  /** What has come; waits at most so long when there is nothing. */
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

  /** What stands before the first event of a chain. */
  static StreamEvent beginning() {
    return new StreamEvent(0, -1, null, Buffer.buffer(), 0);
  }

  /** The line that tells a client where it stands. */
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

  /** All of it; shared, never to be written to. */
  Buffer bytes() {
    return bytes;
  }

  /** Where the stream stands after it. */
  String position() {
    return bytes.getString(ID.length(), idLength - 1);
  }

  /** All but the id, for a client that stands elsewhere than the stream does. */
  Buffer withoutId() {
    return bytes.slice(idLength, bytes.length());
  }

  /** The one that follows; null when it has not come yet. */
  StreamEvent next() {
    return next;
  }

  /** Bytes of the chain up to and with this one. */
  long through() {
    return through;
  }

  void append(StreamEvent event) {
    event.through = through + event.size();
    next = event;
  }
}
