package dev.imsbridge.simulator;

import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Random numbers without state. Each number depends only on the seed, a name and the label of the
 * decision, so the order of requests and the number of threads do not change a job.
 *
 * <p>A label is hashed by FNV-1a and mixed as in SplitMix64. Not for secrets. Immutable.
 */
record SeededRandom(long root) {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final long GAMMA = 0x9e3779b97f4a7c15L;

  static SeededRandom of(long seed, String name) {
    return new SeededRandom(mix(seed + GAMMA)).derive(name);
  }

  /** Returns the random number of one decision. */
  SeededRandom derive(String label) {
    long hash = FNV_OFFSET ^ root;
    for (int i = 0; i < label.length(); i++) {
      hash = (hash ^ label.charAt(i)) * FNV_PRIME;
    }
    return new SeededRandom(mix(hash));
  }

  /** Returns the random number of one in a series of decisions of the same kind. */
  SeededRandom derive(long ordinal) {
    return new SeededRandom(mix(root + (ordinal + 1) * GAMMA));
  }

  /** Returns the number as a value in [0, 1). */
  double unit() {
    return (root >>> 11) * 0x1p-53;
  }

  /** Returns the number as a value in [low, high). */
  double between(double low, double high) {
    return low + unit() * (high - low);
  }

  /** Returns the number as a value in [0, bound). */
  int below(int bound) {
    return (int) (unit() * bound);
  }

  <T> T pick(List<T> choices) {
    return choices.get(below(choices.size()));
  }

  boolean chance(double probability) {
    return unit() < probability;
  }

  UUID uuid() {
    long high = (mix(root + 1) & ~0xf000L) | 0x4000L;
    long low = (mix(root + 2) & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low);
  }

  /** Returns 32 lower-case hex digits, the form of job ids in IMS. */
  String hex() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(mix(root + 3)) + hex.toHexDigits(mix(root + 4));
  }

  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
