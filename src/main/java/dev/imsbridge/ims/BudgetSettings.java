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
      throw new IllegalArgumentException(
          "the rate must be positive and finite: " + callsPerSecond + " calls per second");
    }
    if (burst < 1) {
      throw new IllegalArgumentException("burst must be at least 1: " + burst);
    }
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency must be at least 1: " + concurrency);
    }
  }
}
