package dev.imsbridge.cli;

import java.time.Duration;

/**
 * What was done with so many records.
 *
 * @param cost of this process
 * @param brokerCpu what the broker in another process used of CPU meanwhile
 */
record Measured(long records, ProcessCost cost, Duration brokerCpu) {
  double perSecond() {
    return records / cost.seconds();
  }

  double cpuMicros() {
    return cost.cpuNanos() / 1e3 / records;
  }

  double brokerMicros() {
    return brokerCpu.toNanos() / 1e3 / records;
  }
}
