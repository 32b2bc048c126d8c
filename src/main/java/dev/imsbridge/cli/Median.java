package dev.imsbridge.cli;

/** The middle of some figures, which no single odd one moves far. */
final class Median {
  private Median() {}

  static double of(double... figures) {
    double[] sorted = figures.clone();
    java.util.Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
