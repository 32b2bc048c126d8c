package dev.imsbridge.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Runs one target under Jazzer, which mutates inputs that reach new code. {@link #main} writes the
 * samples as the first inputs and starts Jazzer in a separate process. See docs/development.md.
 */
public final class GuidedFuzzing {
  private static final Path DIRECTORY = Path.of("target", "fuzz");
  private static final int SAMPLES = 20;
  private static final FuzzTarget TARGET =
      FuzzTargets.all().stream()
          .filter(each -> each.name().equals(System.getProperty("fuzz.target")))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("-Dfuzz.target is one of " + FuzzTargets.all()));

  private GuidedFuzzing() {}

  /** Called by Jazzer for each input. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    TARGET.check().accept(input);
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path inputs = Files.createDirectories(DIRECTORY.resolve(TARGET.name()));
    for (int seed = 0; seed < SAMPLES; seed++) {
      int number = 0;
      for (byte[] sample : TARGET.samples().of(new Random(seed))) {
        Files.write(inputs.resolve("sample-" + seed + "-" + number++), sample);
      }
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + GuidedFuzzing.class.getName(),
                "--instrumentation_includes=dev.imsbridge.**",
                "--jvm_args=-Dfuzz.target=" + TARGET.name(),
                "--reproducer_path=" + DIRECTORY,
                inputs.toString(),
                "-artifact_prefix=" + DIRECTORY + "/",
                "-timeout=60",
                "-max_len=16384",
                "-max_total_time=" + Long.getLong("fuzz.seconds", 60)));
    command.add(1, "-Dfuzz.target=" + TARGET.name());
    Process jazzer = new ProcessBuilder(command).inheritIO().start();
    System.exit(jazzer.waitFor());
  }
}
