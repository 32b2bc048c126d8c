package dev.imsbridge.history.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.history.PublishedEvent;
import java.io.PrintStream;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Prints each event as one line of UTF-8. Ignores other records. Batches the lines when events
 * arrive quickly. Owned by one thread.
 */
public final class PrintSink implements ReplaySink {
  private static final int LARGE = 1 << 15;
  private static final long SOON_NANOS = 100_000_000;

  private final PrintStream out;
  private final Function<PublishedEvent, String> line;
  private final StringBuilder waiting = new StringBuilder();
  private boolean failed;
  private long printed = System.nanoTime() - SOON_NANOS;

  /**
   * @param line formats an event, without a line break
   */
  public PrintSink(PrintStream out, Function<PublishedEvent, String> line) {
    this.out = out;
    this.line = line;
  }

  @Override
  public boolean take(ConsumerRecord<byte[], byte[]> record) {
    PublishedEvent.read(record).ifPresent(event -> waiting.append(line.apply(event)).append('\n'));
    if (waiting.length() >= LARGE || System.nanoTime() - printed >= SOON_NANOS) {
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
