package dev.imsbridge.ims;

/**
 * The call limits of a project, summed over all instances of the bridge.
 *
 * @param callsPerSecond the long-term maximum rate
 * @param burst calls that may be made at once after an idle period
 * @param concurrency maximum number of concurrent calls
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
