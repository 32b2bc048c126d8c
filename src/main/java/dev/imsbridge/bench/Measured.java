package dev.imsbridge.bench;

import java.time.Duration;

/**
 * The cost of processing a number of records.
 *
 * @param cost the cost in this process
 * @param brokerCpu CPU time of the broker, which runs in another process
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
