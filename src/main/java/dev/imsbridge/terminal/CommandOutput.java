package dev.imsbridge.terminal;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Optional;

/**
 * The output of a command, in UTF-8 in every locale. Keeps the first write failure, which a {@link
 * PrintStream} hides. Thread-safe.
 */
public final class CommandOutput extends PrintStream {
  private final Target target;

  /** Writes to a stream through a buffer that is flushed at each line. */
  public CommandOutput(OutputStream to) {
    this(new Target(to));
  }

  private CommandOutput(Target target) {
    super(new BufferedOutputStream(target), true, UTF_8);
    this.target = target;
  }

  /** Flushes the buffer. Returns the first write failure; empty if the output is complete. */
  public Optional<IOException> failure() {
    flush();
    return Optional.ofNullable(target.failure);
  }

  private static final class Target extends FilterOutputStream {
    private volatile IOException failure;

    Target(OutputStream to) {
      super(to);
    }

    private interface Action {
      void run() throws IOException;
    }

    // BufferedOutputStream calls no other write method.
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      attempt(() -> out.write(bytes, offset, length));
    }

    @Override
    public void flush() throws IOException {
      attempt(out::flush);
    }

    private void attempt(Action action) throws IOException {
      try {
        action.run();
      } catch (IOException e) {
        failure = failure == null ? e : failure;
        throw e;
      }
    }
  }
}
