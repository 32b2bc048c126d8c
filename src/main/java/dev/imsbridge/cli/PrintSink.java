package dev.imsbridge.cli;

import dev.imsbridge.history.ReplaySink;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Prints events, in large pieces when they come fast. Owned by one thread. */
final class PrintSink implements ReplaySink {
  private static final int LARGE = 1 << 15;
  private static final long SOON_NANOS = 100_000_000;

  private final PrintStream out;
  private final Function<ConsumerRecord<byte[], byte[]>, Optional<String>> line;
  private final StringBuilder waiting = new StringBuilder();
  private boolean failed;
  private long printed = System.nanoTime() - SOON_NANOS;

  /**
   * @param line empty for what is passed over
   */
  PrintSink(PrintStream out, Function<ConsumerRecord<byte[], byte[]>, Optional<String>> line) {
    this.out = out;
    this.line = line;
  }

  @Override
  public boolean take(ConsumerRecord<byte[], byte[]> record) {
    line.apply(record).ifPresent(text -> waiting.append(text).append('\n'));
    if (waiting.length() >= LARGE || System.nanoTime() - printed >= SOON_NANOS) {
      settle();
    }
    return !failed;
  }

  @Override
  public void settle() {
    out.append(waiting).flush();
    waiting.setLength(0);
    failed = out.checkError();
    printed = System.nanoTime();
  }
}
