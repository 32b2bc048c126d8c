package dev.imsbridge.bench;

/** Calculates the median. */
final class Median {
  private Median() {}

  static double of(double... figures) {
    double[] sorted = figures.clone();
    java.util.Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
