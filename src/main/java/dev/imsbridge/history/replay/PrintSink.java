package dev.imsbridge.history.replay;

import java.io.PrintStream;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Prints events. Batches the lines when events arrive quickly. Owned by one thread. */
public final class PrintSink implements ReplaySink {
  private static final int LARGE = 1 << 15;
  private static final long SOON_NANOS = 100_000_000;

  private final PrintStream out;
  private final BiConsumer<ConsumerRecord<byte[], byte[]>, LineBuffer> line;
  private final LineBuffer waiting = new LineBuffer();
  private boolean failed;
  private long printed = System.nanoTime() - SOON_NANOS;

  /**
   * @param line appends a record as a line, or nothing
   */
  public PrintSink(PrintStream out, BiConsumer<ConsumerRecord<byte[], byte[]>, LineBuffer> line) {
    this.out = out;
    this.line = line;
  }

  @Override
  public boolean take(ConsumerRecord<byte[], byte[]> record) {
    line.accept(record, waiting);
    if (waiting.size() >= LARGE || System.nanoTime() - printed >= SOON_NANOS) {
      settle();
    }
    return !failed;
  }

  @Override
  public void settle() {
    waiting.print(out);
    failed = out.checkError();
    printed = System.nanoTime();
  }
}
