package dev.imsbridge.wire;

import dev.imsbridge.job.JobTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Encodes the values of the stores in the wire format of Protocol Buffers: job trees and the
 * positions of the inputs. Equal values give equal bytes. Thread-safe.
 *
 * <p>The decoding methods throw {@link UncheckedIOException} for bytes in an unknown format.
 */
public final class StoreCodec {
  private StoreCodec() {}

  public static byte[] encode(JobTree tree) {
    return StoreWriter.message(tree, TreeCodec::write);
  }

  public static JobTree tree(byte[] bytes) {
    return read(bytes, TreeCodec::tree);
  }

  public static byte[] encode(Checkpoint checkpoint) {
    return StoreWriter.message(checkpoint, StoreCodec::write);
  }

  public static Checkpoint checkpoint(byte[] bytes) {
    return read(bytes, StoreCodec::checkpoint);
  }

  public static byte[] encode(LogPosition position) {
    return StoreWriter.message(position, StoreCodec::write);
  }

  public static LogPosition position(byte[] bytes) {
    return read(bytes, StoreCodec::position);
  }

  public static byte[] encode(TableTopics topics) {
    return StoreWriter.message(topics, StoreCodec::write);
  }

  public static TableTopics tables(byte[] bytes) {
    return read(bytes, StoreCodec::tables);
  }

  private static <T> T read(byte[] bytes, StoreReader.Fields<T> fields) {
    try {
      return StoreReader.message(bytes, fields);
    } catch (IllegalArgumentException | DateTimeException | NullPointerException e) {
      throw new UncheckedIOException(
          "the store has a value in an unknown format", new IOException(e));
    }
  }

  private static void write(StoreWriter out, Checkpoint checkpoint) {
    out.message(1, checkpoint.head(), StoreCodec::write);
    out.message(2, checkpoint.position(), StoreCodec::write);
  }

  private static Checkpoint checkpoint(StoreReader in) {
    AuditChain.Head head = null;
    LogPosition position = null;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> head = in.message(StoreCodec::head);
        case 2 -> position = in.message(StoreCodec::position);
        default -> in.skip();
      }
    }
    return new Checkpoint(head, position);
  }

  private static void write(StoreWriter out, AuditChain.Head head) {
    out.number(1, head.position());
    out.text(2, head.hash());
    out.text(3, head.inputs());
    out.time(4, head.latest());
  }

  private static AuditChain.Head head(StoreReader in) {
    long position = 0;
    String hash = null;
    String inputs = null;
    Instant latest = null;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> position = in.number();
        case 2 -> hash = in.text();
        case 3 -> inputs = in.text();
        case 4 -> latest = in.time();
        default -> in.skip();
      }
    }
    return new AuditChain.Head(position, hash, inputs, latest);
  }

  private static void write(StoreWriter out, LogPosition position) {
    out.text(1, position.topicId());
    out.number(2, position.offset());
    out.number(3, position.timestamp());
  }

  private static LogPosition position(StoreReader in) {
    String topicId = null;
    long offset = 0;
    long timestamp = 0;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> topicId = in.text();
        case 2 -> offset = in.number();
        case 3 -> timestamp = in.number();
        default -> in.skip();
      }
    }
    return new LogPosition(topicId, offset, timestamp);
  }

  private static void write(StoreWriter out, TableTopics topics) {
    out.text(1, topics.watchesId());
    out.number(2, topics.watchesOffset());
    out.text(3, topics.statusId());
  }

  private static TableTopics tables(StoreReader in) {
    String watchesId = null;
    long watchesOffset = 0;
    String statusId = null;
    for (int field = in.next(); field != 0; field = in.next()) {
      switch (field) {
        case 1 -> watchesId = in.text();
        case 2 -> watchesOffset = in.number();
        case 3 -> statusId = in.text();
        default -> in.skip();
      }
    }
    return new TableTopics(watchesId, watchesOffset, statusId);
  }
}
