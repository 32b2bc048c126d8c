package dev.imsbridge.simulator;

/**
 * How long jobs of one type take: mostly between two bounds, now and then far longer.
 *
 * @param low seconds
 * @param high seconds
 * @param tail the share of jobs that takes longer than {@code high}
 * @param longest seconds; the end of the tail
 */
record Durations(double low, double high, double tail, double longest) {
  /** One job's duration in milliseconds. The tail is even on a logarithmic scale. */
  double sampleMillis(Dice dice) {
    double seconds =
        dice.on("tail").chance(tail)
            ? high * Math.pow(longest / high, dice.on("far").unit())
            : dice.on("usual").between(low, high);
    return seconds * 1000;
  }
}
