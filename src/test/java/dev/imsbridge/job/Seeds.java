package dev.imsbridge.job;

import java.util.Random;
import java.util.function.Consumer;

/**
 * Runs a property for many seeds. A failure names the seed of its case; {@code -Dseed=N} runs only
 * that case.
 */
public final class Seeds {
  private Seeds() {}

  public static void each(int cases, Consumer<Random> property) {
    Long only = Long.getLong("seed");
    if (only != null) {
      property.accept(new Random(only));
      return;
    }
    long first = System.nanoTime() & 0xffff_ffffL;
    for (long seed = first; seed < first + cases; seed++) {
      try {
        property.accept(new Random(seed));
      } catch (Throwable failure) {
        throw new AssertionError(
            "fails for a seed; replay it with -Dseed=" + seed + ": " + failure.getMessage(),
            failure);
      }
    }
  }
}
