package dev.imsbridge.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imsbridge.terminal.CommandOutput;
import dev.imsbridge.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The output and the exit code of a command. */
public record InProcess(int exitCode, String out, String err) {

  /** Runs a command in the process of the test. */
  public static InProcess run(Map<String, String> environment, String... arguments) {
    Map<String, String> all = new TreeMap<>(environment);
    // Avoids the data directory of the user who runs the tests.
    all.putIfAbsent("XDG_DATA_HOME", Path.of("target/test-data").toAbsolutePath().toString());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code =
        ImsBridge.execute(
            new Terminal(
                all,
                InputStream.nullInputStream(),
                new CommandOutput(out),
                new PrintStream(err, true, UTF_8),
                false),
            List.of(arguments));
    return new InProcess(code, out.toString(UTF_8), err.toString(UTF_8));
  }
}
