package dev.imsbridge.simulator;

/**
 * The distribution of the durations of one job type: usually between two bounds, rarely far longer.
 *
 * @param low usual minimum in seconds
 * @param high usual maximum in seconds
 * @param tail share of jobs that take longer than {@code high}, 0 to 1
 * @param longest maximum in seconds
 */
record DurationRange(double low, double high, double tail, double longest) {
  /** Returns the duration of one job in milliseconds. The tail is log-uniform. */
  double sampleMillis(SeededRandom random) {
    double seconds =
        random.derive("tail").chance(tail)
            ? high * Math.pow(longest / high, random.derive("far").unit())
            : random.derive("usual").between(low, high);
    return seconds * 1000;
  }
}
