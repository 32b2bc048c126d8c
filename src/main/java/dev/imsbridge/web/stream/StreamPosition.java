package dev.imsbridge.web.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.EventLayout;
import dev.imsbridge.history.EventTail;
import dev.imsbridge.web.http.BadRequestException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.apache.kafka.common.utils.internals.ByteUtils;

/**
 * The position of one client: for each partition of an {@link EventLayout}, the offset of the next
 * event. Encoded as text, it is the id of an event. A client can resume from it at any instance of
 * the bridge and after any restart. The text is opaque to clients. Not thread-safe.
 *
 * <p>The client may be ahead of the events that it follows in some partitions, because it read them
 * in another order: from another instance, or from the topics while it was caught up. The position
 * tells which of them it has already received.
 *
 * <p>A checksum that includes the topic prefix detects truncated ids, invented ids and ids of a
 * bridge with another prefix.
 */
final class StreamPosition {
  /** The offset of a partition that was added after the position was encoded: its beginning. */
  static final long ADDED = EventTail.BEGINNING;

  /** A position with more partitions would exceed common limits on the length of a header. */
  static final int MAX_PARTITIONS = 512;

  private static final int VERSION = 1;
  private static final int MAX_LENGTH = 8000;
  private static final int CHECKSUM = 4;

  private final EventLayout layout;
  private final long[] next;

  StreamPosition(EventLayout layout, long[] next) {
    this.layout = layout;
    this.next = next.clone();
  }

  /**
   * Advances past an event.
   *
   * @return whether the client has not received the event yet
   */
  boolean passes(StreamEvent event) {
    if (event.offset() < next[event.partition()]) {
      return false;
    }
    next[event.partition()] = event.offset() + 1;
    return true;
  }

  /** Advances in each partition to the given offset, unless the position is already after it. */
  void advance(long[] end) {
    Arrays.setAll(next, i -> Math.max(next[i], end[i]));
  }

  /** Returns the position as text. */
  String id() {
    return encode(layout, next);
  }

  /**
   * Encodes a position.
   *
   * @param next an offset for each partition of the layout
   */
  static String encode(EventLayout layout, long[] next) {
    ByteBuffer bytes = ByteBuffer.allocate(1 + 10 * (2 + next.length) + CHECKSUM);
    bytes.put((byte) VERSION);
    ByteUtils.writeVarlong(layout.transitions(), bytes);
    ByteUtils.writeVarlong(layout.completions(), bytes);
    for (long offset : next) {
      ByteUtils.writeVarlong(offset, bytes);
    }
    int length = bytes.position();
    bytes.putInt(checksum(layout, bytes.array(), length));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(bytes.array(), length + CHECKSUM));
  }

  /**
   * Decodes a position. Partitions that it does not contain have the offset {@link #ADDED}.
   *
   * @throws BadRequestException if the text is not a position of these topics
   */
  static long[] decode(EventLayout layout, String text) {
    byte[] all = bytes(text);
    int length = all.length - CHECKSUM;
    ByteBuffer bytes = ByteBuffer.wrap(all);
    if (length < 3 || bytes.getInt(length) != checksum(layout, all, length)) {
      throw invalid("it is not a complete id of this stream");
    }
    bytes.limit(length);
    if (bytes.get() != VERSION) {
      throw invalid("it is an id of another version of the bridge");
    }
    long transitions = take(bytes);
    long completions = take(bytes);
    if (transitions > layout.transitions() || completions > layout.completions()) {
      throw invalid("it names partitions that do not exist");
    }
    long[] next = new long[layout.size()];
    Arrays.fill(next, ADDED);
    for (int i = 0; i < transitions; i++) {
      next[i] = take(bytes);
    }
    for (int i = 0; i < completions; i++) {
      next[layout.transitions() + i] = take(bytes);
    }
    if (bytes.hasRemaining()) {
      throw invalid("it is too long");
    }
    return next;
  }

  private static byte[] bytes(String text) {
    if (text.length() > MAX_LENGTH) {
      throw invalid("it is too long");
    }
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(text);
      if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(text)) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // reported below
    }
    throw invalid("it has characters that no id of this stream has");
  }

  private static BadRequestException invalid(String why) {
    return new BadRequestException("Last-Event-ID: " + why);
  }

  private static int checksum(EventLayout layout, byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(layout.topics().prefix().getBytes(UTF_8));
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }

  private static long take(ByteBuffer bytes) {
    try {
      long value = ByteUtils.readVarlong(bytes);
      if (value >= 0) {
        return value;
      }
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      // reported below
    }
    throw invalid("it ends within a number");
  }
}
