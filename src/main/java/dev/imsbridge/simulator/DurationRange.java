package dev.imsbridge.simulator;

/**
 * How long jobs of one type take: mostly between two bounds, now and then far longer.
 *
 * @param low seconds
 * @param high seconds
 * @param tail the share of jobs that takes longer than {@code high}
 * @param longest seconds; the end of the tail
 */
record DurationRange(double low, double high, double tail, double longest) {
  /** One job's duration in milliseconds. The tail is even on a logarithmic scale. */
  double sampleMillis(SeededRandom random) {
    double seconds =
        random.derive("tail").chance(tail)
            ? high * Math.pow(longest / high, random.derive("far").unit())
            : random.derive("usual").between(low, high);
    return seconds * 1000;
  }
}
