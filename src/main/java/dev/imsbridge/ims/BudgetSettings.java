package dev.imsbridge.ims;

/**
 * What a project may be asked, over all instances of the bridge.
 *
 * @param callsPerSecond the rate that is not exceeded in the long run
 * @param burst calls that may be made at once after a quiet time
 * @param concurrency calls that may be under way at once
 */
public record BudgetSettings(double callsPerSecond, int burst, int concurrency) {
  public BudgetSettings {
    if (!(callsPerSecond > 0) || Double.isInfinite(callsPerSecond)) {
      throw new IllegalArgumentException("a budget's rate is above 0 calls per second");
    }
    if (burst < 1) {
      throw new IllegalArgumentException("a budget's burst is at least 1 call");
    }
    if (concurrency < 1) {
      throw new IllegalArgumentException("a budget's concurrency is at least 1 call");
    }
  }
}
