package dev.imsbridge.history.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Prints each event as one line of UTF-8. Batches the lines when events arrive quickly. Owned by
 * one thread.
 */
public final class PrintSink implements ReplaySink {
  private static final int MAX_WAITING_CHARS = 1 << 15;
  private static final long FLUSH_INTERVAL_NANOS = 100_000_000;

  private final PrintStream out;
  private final Function<ConsumerRecord<byte[], byte[]>, Optional<String>> line;
  private final StringBuilder waiting = new StringBuilder();
  private boolean failed;
  private long printed = System.nanoTime() - FLUSH_INTERVAL_NANOS;

  /**
   * @param line formats a record, without a line break; returns empty to ignore it
   */
  public PrintSink(
      PrintStream out, Function<ConsumerRecord<byte[], byte[]>, Optional<String>> line) {
    this.out = out;
    this.line = line;
  }

  @Override
  public boolean take(ConsumerRecord<byte[], byte[]> record) {
    line.apply(record).ifPresent(text -> waiting.append(text).append('\n'));
    if (waiting.length() >= MAX_WAITING_CHARS
        || System.nanoTime() - printed >= FLUSH_INTERVAL_NANOS) {
      settle();
    }
    return !failed;
  }

  @Override
  public void settle() {
    out.writeBytes(waiting.toString().getBytes(UTF_8));
    waiting.setLength(0);
    failed = out.checkError();
    printed = System.nanoTime();
  }
}
