package dev.imsbridge.cli;

import dev.imsbridge.history.PublishedEvent;
import dev.imsbridge.history.ReplaySink;
import java.io.PrintStream;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Prints events, in large pieces when they come fast. Owned by one thread. */
final class PrintSink implements ReplaySink {
  private static final int LARGE = 1 << 15;
  private static final long SOON_NANOS = 100_000_000;

  private final PrintStream out;
  private final Function<PublishedEvent, String> line;
  private final StringBuilder waiting = new StringBuilder();
  private long printed = System.nanoTime() - SOON_NANOS;

  PrintSink(PrintStream out, Function<PublishedEvent, String> line) {
    this.out = out;
    this.line = line;
  }

  @Override
  public boolean take(ConsumerRecord<byte[], byte[]> record) {
    PublishedEvent.read(record).ifPresent(event -> waiting.append(line.apply(event)).append('\n'));
    if (waiting.length() >= LARGE || System.nanoTime() - printed >= SOON_NANOS) {
      settle();
    }
    return !out.checkError();
  }

  @Override
  public void settle() {
    out.append(waiting).flush();
    waiting.setLength(0);
    printed = System.nanoTime();
  }
}
